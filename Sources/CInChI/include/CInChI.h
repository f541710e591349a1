// Standard InChI through libinchi, where the machine has that library. It is looked for while running, so that building
// does not need it.

#ifndef COPYIST_CINCHI_H
#define COPYIST_CINCHI_H

#include <stddef.h>
#include <stdint.h>

/// An atom as a molfile gives it.
typedef struct {
  double x, y;
  /// Element symbol, zero-terminated.
  char symbol[6];
  /// Mass number; 0 where the atom has none.
  int16_t isotope;
  int8_t charge;
  /// 0 none, 1 singlet, 2 doublet, 3 triplet.
  int8_t radical;
  /// Hydrogen atoms that are not drawn; -1 for as many as the valence asks for.
  int8_t hydrogens;
} CInChIAtom;

/// A bond as a molfile gives it.
typedef struct {
  /// Indices of atoms; the narrow end of a wedge is the first.
  int16_t first, second;
  /// 1, 2, 3, or 4 for aromatic.
  int8_t order;
  /// As in a molfile: 0 none, 1 up, 6 down, 4 either; 3 a double bond of unknown geometry.
  int8_t stereo;
} CInChIBond;

/// Whether the library is there.
int cinchi_is_available(void);

/// Writes the standard InChI of a molecule.
///
/// text: at least `capacity` bytes; the result is zero-terminated. Returns its length, or -1 where there is no library, the
/// molecule is too large, or the library refuses it.
/// Callers on several threads take turns.
long cinchi_standard(const CInChIAtom *atoms, size_t atom_count, const CInChIBond *bonds, size_t bond_count, char *text,
                     size_t capacity);

#endif
