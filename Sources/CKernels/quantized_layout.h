#pragma once

// Sizes of quantized weights; CKernels.h describes the layout.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
  QUANTIZED_OUTPUTS = 16,  // of a block
  QUANTIZED_GROUP = 128,   // inputs with one scale
  QUANTIZED_PART = 32,     // inputs with one factor
  QUANTIZED_PARTS = QUANTIZED_GROUP / QUANTIZED_PART,
  QUANTIZED_HEAD = 64,     // bytes
};

static inline size_t quantized_parts(size_t inputs) {
  return inputs / QUANTIZED_PART + (inputs % QUANTIZED_PART != 0);
}
static inline size_t quantized_groups(size_t inputs) {
  return inputs / QUANTIZED_GROUP + (inputs % QUANTIZED_GROUP != 0);
}
// Parts of one group.
static inline size_t quantized_parts_of(size_t inputs, size_t group) {
  const size_t left = quantized_parts(inputs) - group * QUANTIZED_PARTS;
  return left < QUANTIZED_PARTS ? left : QUANTIZED_PARTS;
}
static inline size_t quantized_part_bytes(int bits) {
  return QUANTIZED_OUTPUTS * QUANTIZED_PART * (size_t)bits / 8;
}
// Bytes of a group with all its parts.
static inline size_t quantized_group_bytes(int bits) {
  return QUANTIZED_HEAD + QUANTIZED_PARTS * quantized_part_bytes(bits);
}
static inline size_t quantized_block_bytes(int bits, size_t inputs) {
  return quantized_groups(inputs) * QUANTIZED_HEAD
      + quantized_parts(inputs) * quantized_part_bytes(bits);
}

static inline float widen_bfloat16(uint16_t bits) {
  const uint32_t wide = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &wide, sizeof value);
  return value;
}
