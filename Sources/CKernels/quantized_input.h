#pragma once

#include <stddef.h>
#include <stdint.h>

// Rows of quantized input, at the first input of a group. All offsets between rows are `stride` bytes,
// `sum_stride` numbers for the sums.
typedef struct quantized_input {
  const int8_t *values;
  const int16_t *wide;       // the same numbers, for families that multiply 16 bits
  size_t stride;
  const int32_t *part_sums;  // sum of the values of each part
  size_t sum_stride;
} quantized_input;
