#include "CInChI.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// The layout of libinchi's GetStdINCHI arguments since version 1.02 (inchi_api.h of the IUPAC InChI software).
enum { MOST_NEIGHBOURS = 20, MOST_ATOMS = 1023 };

typedef struct {
  double x, y, z;
  int16_t neighbour[MOST_NEIGHBOURS];
  int8_t bond_type[MOST_NEIGHBOURS];
  int8_t bond_stereo[MOST_NEIGHBOURS];
  char symbol[6];
  int16_t bond_count;
  int8_t hydrogens[4];
  int16_t isotope;
  int8_t radical;
  int8_t charge;
} Atom;

typedef struct {
  Atom *atoms;
  void *stereo;
  char *options;
  int16_t atom_count;
  int16_t stereo_count;
} Input;

typedef struct {
  char *inchi, *auxiliary, *message, *log;
} Output;

typedef int (*Get)(Input *, Output *);
typedef void (*Free)(Output *);

static void *library(void) {
  static void *handle;
  static int tried;
  // Opening twice from two threads gives the same handle.
  if (!__atomic_load_n(&tried, __ATOMIC_ACQUIRE)) {
    const char *names[] = {"libinchi.so.1", "libinchi.so.1.07", "libinchi.dylib"};
    void *found = NULL;
    for (size_t i = 0; !found && i < sizeof names / sizeof *names; i++) found = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    __atomic_store_n(&handle, found, __ATOMIC_RELEASE);
    __atomic_store_n(&tried, 1, __ATOMIC_RELEASE);
  }
  return __atomic_load_n(&handle, __ATOMIC_ACQUIRE);
}

int cinchi_is_available(void) { return library() && dlsym(library(), "GetStdINCHI") && dlsym(library(), "FreeStdINCHI"); }

// The library keeps what it works on in global variables.
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static int add(Atom *atom, int16_t neighbour, int8_t order, int8_t stereo) {
  if (atom->bond_count >= MOST_NEIGHBOURS) return 0;
  atom->neighbour[atom->bond_count] = neighbour;
  atom->bond_type[atom->bond_count] = order;
  atom->bond_stereo[atom->bond_count++] = stereo;
  return 1;
}

long cinchi_standard(const CInChIAtom *atoms, size_t atom_count, const CInChIBond *bonds, size_t bond_count, char *text,
                     size_t capacity) {
  if (!cinchi_is_available() || atom_count == 0 || atom_count > MOST_ATOMS) return -1;
  // void * to a function: through a copy of the pointer, as POSIX asks for.
  void *get_address = dlsym(library(), "GetStdINCHI"), *free_address = dlsym(library(), "FreeStdINCHI");
  Get get;
  Free release;
  memcpy(&get, &get_address, sizeof get);
  memcpy(&release, &free_address, sizeof release);
  Atom *list = calloc(atom_count, sizeof *list);
  if (!list) return -1;
  for (size_t i = 0; i < atom_count; i++) {
    list[i].x = atoms[i].x;
    list[i].y = atoms[i].y;
    memcpy(list[i].symbol, atoms[i].symbol, sizeof list[i].symbol);
    list[i].symbol[sizeof list[i].symbol - 1] = 0;
    list[i].hydrogens[0] = atoms[i].hydrogens;
    list[i].isotope = atoms[i].isotope;
    list[i].radical = atoms[i].radical;
    list[i].charge = atoms[i].charge;
  }
  int fits = 1;
  for (size_t i = 0; i < bond_count && fits; i++) {
    CInChIBond bond = bonds[i];
    fits = bond.first >= 0 && bond.second >= 0 && (size_t)bond.first < atom_count && (size_t)bond.second < atom_count
           && bond.first != bond.second;
    // Each bond stands at one of its atoms; at the narrow end its sign is positive.
    fits = fits && add(&list[bond.first], bond.second, bond.order, bond.stereo);
  }
  long length = -1;
  if (fits) {
    char options[] = "";
    Input input = {.atoms = list, .options = options, .atom_count = (int16_t)atom_count};
    Output output = {0};
    pthread_mutex_lock(&turn);
    int status = get(&input, &output);
    // 0 and 1 are success, without and with warnings.
    if ((status == 0 || status == 1) && output.inchi && strlen(output.inchi) < capacity) {
      length = (long)strlen(output.inchi);
      memcpy(text, output.inchi, (size_t)length + 1);
    }
    release(&output);
    pthread_mutex_unlock(&turn);
  }
  free(list);
  return length;
}
