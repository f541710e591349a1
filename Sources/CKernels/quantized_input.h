#pragma once

#include <stddef.h>
#include <stdint.h>

// Rows of quantized input, from one row and one group on.
typedef struct quantized_input {
  const int8_t *values;
  const int16_t *wide;       // the same numbers, for families that multiply 16 bits
  const float *scales;       // of each group
  const int32_t *totals;     // sum of the values of each group
  const int32_t *part_sums;  // sum of the values of each part
  size_t stride;             // bytes from one row to the next, of all five
} quantized_input;

// Something of a later row.
static inline const void *of_row(const void *first, size_t stride, int row) {
  return (const char *)first + (size_t)row * stride;
}
static inline int32_t sum_of_row(const int32_t *first, size_t stride, int row) {
  return *(const int32_t *)of_row(first, stride, row);
}
