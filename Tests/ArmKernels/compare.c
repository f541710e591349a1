// Compares the kernels of this processor's family with the portable ones, over many small sizes.
//
// Prints a line per kernel and a checksum of all quantized results: families that fuse multiplication
// and addition must print the same one. Ends with 1 when something differs by more than rounding.

#include "CKernels.h"
#include "tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__aarch64__)
#define FAMILY ck_neon_table
#else
#define FAMILY ck_avx2_table
#endif

static const ck_table *tables[2] = {&FAMILY, &ck_portable_table};
static uint32_t state = 1;
static size_t compared, wrong, failures;
static uint64_t checksum = 14695981039346656037ull;

// A number in -1 ... 1, the same ones on every machine.
static float number(void) {
  state = state * 1664525u + 1013904223u;
  return (float)((int)((state >> 8) % 2001) - 1000) / 1000;
}

static void *aligned(size_t bytes) { return aligned_alloc(64, (bytes + 127) / 64 * 64); }

static float *numbers(size_t count, float factor) {
  float *x = aligned(count * sizeof *x);
  for (size_t i = 0; i < count; i++) {
    x[i] = number() * factor;
  }
  return x;
}

// The upper half of a number is a bfloat16, and the exponent of these patterns fits a float16 too.
static void *halves(size_t count, ck_element element) {
  uint16_t *x = aligned(count * sizeof *x);
  for (size_t i = 0; i < count; i++) {
    const float value = number();
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    x[i] = element == CK_ELEMENT_FLOAT16 ? (uint16_t)(0x3800 | (bits >> 8 & 0x83FF)) : (uint16_t)(bits >> 16);
  }
  return x;
}

static void compare(const float *found, const float *expected, size_t count) {
  for (size_t i = 0; i < count; i++) {
    compared++;
    wrong += !(fabsf(found[i] - expected[i]) <= 1e-4f * (1 + fabsf(expected[i])));
  }
}

static void report(const char *name) {
  printf("%-24s %8zu numbers, %zu wrong\n", name, compared, wrong);
  failures += wrong;
  compared = wrong = 0;
}

static void quantized(int bits, size_t inputs, size_t outputs, size_t rows) {
  const size_t block = ck_quantized_bytes(bits, inputs, 16), blocks = (outputs + 15) / 16;
  float *x = numbers(rows * inputs, 1);
  char *weights = aligned(blocks * block);
  for (size_t b = 0; b < blocks; b++) {
    float *values = numbers(16 * inputs, 1);
    const size_t valid = outputs - b * 16 < 16 ? outputs - b * 16 : 16;
    ck_quantize_weights(values, valid, inputs, bits, weights + b * block);
    free(values);
  }
  float *results[2];
  for (int k = 0; k < 2; k++) {
    const ck_table *t = tables[k];
    void *packed = aligned(t->quantized_row_bytes(inputs) * rows);
    void *scratch = aligned(t->quantized_scratch_bytes(bits, inputs, rows));
    results[k] = aligned(rows * outputs * sizeof(float));
    t->quantize_rows(x, inputs, 0, rows, packed);
    const ck_quantized layer = {weights, bits, inputs, outputs, rows, packed, NULL, results[k]};
    t->quantized_linear(&layer, 0, outputs, scratch);
    free(packed);
    free(scratch);
  }
  compare(results[0], results[1], rows * outputs);
  for (size_t i = 0; i < rows * outputs; i++) {
    uint32_t pattern;
    memcpy(&pattern, results[0] + i, sizeof pattern);
    checksum = (checksum ^ pattern) * 1099511628211ull;
  }
  free(x);
  free(weights);
  free(results[0]);
  free(results[1]);
}

static void linear(ck_element element, size_t inputs, size_t outputs, size_t rows) {
  float *x = numbers(rows * inputs, 1), *bias = numbers(outputs, 1), *results[2];
  void *weights = element == CK_ELEMENT_FLOAT32 ? (void *)numbers(outputs * inputs, 1)
                                                : halves(outputs * inputs, element);
  for (int k = 0; k < 2; k++) {
    const ck_table *t = tables[k];
    void *packed = aligned(t->packed_row_bytes(element, inputs) * rows);
    void *scratch = aligned(t->linear_scratch_bytes(element, inputs, rows));
    results[k] = aligned(rows * outputs * sizeof(float));
    t->pack_rows(x, rows, inputs, element, 0, rows, packed);
    const ck_linear layer = {weights, element, inputs, outputs, rows, packed, bias, results[k]};
    t->linear(&layer, 0, outputs, scratch);
    free(packed);
    free(scratch);
  }
  compare(results[0], results[1], rows * outputs);
  free(x);
  free(bias);
  free(weights);
  free(results[0]);
  free(results[1]);
}

static void attention(ck_element element, size_t size, size_t keys, size_t rows) {
  const size_t heads = 4, kv_heads = 2, key_numbers = keys * kv_heads * size;
  const size_t count = rows * heads * size;
  float *query = numbers(count, 3), *results[2];
  const int is_wide = element == CK_ELEMENT_FLOAT32;
  void *k = is_wide ? (void *)numbers(key_numbers, 1) : halves(key_numbers, element);
  void *v = is_wide ? (void *)numbers(key_numbers, 1) : halves(key_numbers, element);
  int32_t *lower = aligned(rows * sizeof *lower), *upper = aligned(rows * sizeof *upper);
  for (size_t r = 0; r < rows; r++) {
    lower[r] = (int32_t)(r % 3);
    upper[r] = (int32_t)keys - (int32_t)(r % 5);
  }
  for (int i = 0; i < 2; i++) {
    const ck_table *t = tables[i];
    void *scratch = aligned(t->attention_scratch_bytes(rows * heads / kv_heads, size, element));
    results[i] = aligned(count * sizeof(float));
    const ck_attention request = {query, k, v, element, rows, heads, kv_heads, size, keys,
                                  0.3f, size % 2 ? 50.0f : 0.0f, lower, upper, results[i]};
    for (size_t head = 0; head < kv_heads; head++) {
      t->attention(&request, 0, rows, head, scratch);
    }
    free(scratch);
  }
  compare(results[0], results[1], count);
  free(query);
  free(k);
  free(v);
  free(lower);
  free(upper);
  free(results[0]);
  free(results[1]);
}

// Rows of the other kernels: [rows][columns].
static void rows_of(size_t rows, size_t columns) {
  const size_t count = rows * columns;
  float *x = numbers(count, 8), *gain = numbers(columns, 1), *bias = numbers(columns, 1);
  float *frequencies = numbers(columns / 2 + 1, 1);
  int32_t *positions = aligned(rows * sizeof *positions);
  for (size_t r = 0; r < rows; r++) {
    positions[r] = (int32_t)(r * 700);
  }
  float *results[2][7];
  uint16_t *rounded[2];
  for (int k = 0; k < 2; k++) {
    const ck_table *t = tables[k];
    for (int i = 0; i < 7; i++) {
      results[k][i] = aligned(count * sizeof(float));
      memcpy(results[k][i], x, count * sizeof(float));
    }
    t->layer_norm(x, rows, columns, gain, bias, 1e-6f, results[k][0]);
    t->rms_norm(x, rows, columns, gain, 1e-6f, results[k][1]);
    t->gelu_tanh(results[k][2], count);
    t->gated_gelu(results[k][3], x, count);
    t->soft_cap(results[k][4], 30, count);
    t->add(x, results[k][5], count);
    if (columns % 2 == 0) {
      t->rotate(results[k][6], rows, 1, columns, positions, frequencies);
    }
    rounded[k] = aligned(count * sizeof *rounded[k]);
    t->to_bfloat16(x, count, rounded[k]);
  }
  for (int i = 0; i < 7; i++) {
    compare(results[0][i], results[1][i], count);
    free(results[0][i]);
    free(results[1][i]);
  }
  const float sums[2] = {tables[0]->log_sum_exp(x, count), tables[1]->log_sum_exp(x, count)};
  compare(&sums[0], &sums[1], 1);
  compared += 2;
  wrong += tables[0]->argmax(x, count) != tables[1]->argmax(x, count);
  wrong += memcmp(rounded[0], rounded[1], count * sizeof *rounded[0]) != 0;
  free(x);
  free(gain);
  free(bias);
  free(frequencies);
  free(positions);
  free(rounded[0]);
  free(rounded[1]);
}

int main(void) {
  for (int bits = 4; bits <= 8; bits += 4) {
    for (size_t inputs = 1; inputs < 400; inputs += 37) {
      for (size_t outputs = 1; outputs < 100; outputs += 33) {
        for (size_t rows = 1; rows < 30; rows += 4) {
          quantized(bits, inputs, outputs, rows);
        }
      }
    }
    report(bits == 4 ? "4-bit layers" : "8-bit layers");
  }
  static const char *const names[] = {"float32 layers", "float16 layers", "bfloat16 layers"};
  for (int element = 0; element < 3; element++) {
    for (size_t inputs = 0; inputs < 300; inputs += 23) {
      for (size_t outputs = 1; outputs < 80; outputs += 13) {
        for (size_t rows = 1; rows < 12; rows += 2) {
          linear((ck_element)element, inputs, outputs, rows);
        }
      }
    }
    report(names[element]);
  }
  for (int element = CK_ELEMENT_FLOAT32; element <= CK_ELEMENT_BFLOAT16; element += 2) {
    for (size_t size = 1; size < 80; size += 9) {
      for (size_t keys = 8; keys < 600; keys += 97) {
        for (size_t rows = 1; rows < 40; rows += 11) {
          attention((ck_element)element, size, keys, rows);
        }
      }
    }
    report(element == CK_ELEMENT_FLOAT32 ? "attention" : "attention, bfloat16 keys");
  }
  for (size_t rows = 1; rows < 4; rows++) {
    for (size_t columns = 1; columns < 100; columns++) {
      rows_of(rows, columns);
    }
  }
  report("norms and functions");
  printf("checksum of the quantized layers: %016llx\n", (unsigned long long)checksum);
  return failures != 0;
}
