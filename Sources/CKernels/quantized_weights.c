// Rounding weights to 8 and 4 bits, and back. Done once per checkpoint, so for every machine alike.

#include "CKernels.h"
#include "quantized_layout.h"

#include <math.h>

#pragma STDC FP_CONTRACT OFF

size_t ck_quantized_bytes(int bits, size_t inputs, size_t outputs) {
  // Above this, sizes in bytes could overflow.
  const size_t most = SIZE_MAX / 64;
  if (inputs > most || outputs > most) {
    return 0;
  }
  const size_t blocks = outputs / QUANTIZED_OUTPUTS + (outputs % QUANTIZED_OUTPUTS != 0);
  const size_t bytes = quantized_block_bytes(bits, inputs);
  return blocks > 0 && bytes > SIZE_MAX / blocks ? 0 : blocks * bytes;
}

static float nearest_integer(float x) {
  // Exact below 2^22, ties to even.
  const float shift = 0x1.8p23f;
  return (x + shift) - shift;
}

static float limited(float x, float low, float high) {
  return x < low ? low : x > high ? high : x;
}

static uint16_t to_bfloat16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return (uint16_t)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

static float largest_magnitude(const float *x, size_t count) {
  float largest = 0;
  for (size_t i = 0; i < count; i++) {
    const float magnitude = fabsf(x[i]);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}

// One output of one group; x holds all of its parts, zeros beyond the last input.
static void quantize_8(const float *x, size_t parts, size_t output, uint8_t *group) {
  const float scale = largest_magnitude(x, parts * QUANTIZED_PART) / 127;
  memcpy(group + output * sizeof scale, &scale, sizeof scale);
  int8_t *values = (int8_t *)group + QUANTIZED_HEAD + output * 4;
  for (size_t i = 0; i < parts * QUANTIZED_PART; i++) {
    // Not the reciprocal: of the least scales it is infinite.
    const float value = scale > 0 ? nearest_integer(limited(x[i] / scale, -127, 127)) : 0;
    values[i / 4 * 64 + i % 4] = (int8_t)value;
  }
}

// Squared error of a part in multiples of this step.
static float part_error(const float *x, float step) {
  float sums[8] = {0};
  for (size_t i = 0; i < QUANTIZED_PART; i += 8) {
    for (size_t k = 0; k < 8; k++) {
      const float value = nearest_integer(limited(x[i + k] / step, -8, 7));
      const float error = x[i + k] - value * step;
      sums[k] += error * error;
    }
  }
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

static void quantize_4(const float *x, size_t parts, size_t output, uint8_t *group) {
  // The part with the largest weight gets about the largest factor.
  const float largest = largest_magnitude(x, parts * QUANTIZED_PART);
  const uint16_t scale_bits = to_bfloat16(largest / (7.5f * 15));
  const float scale = widen_bfloat16(scale_bits);
  memcpy(group + output * 2, &scale_bits, 2);
  uint16_t factors = 0;
  for (size_t part = 0; part < parts; part++) {
    // In multiples of the scale, squares neither overflow nor vanish.
    float values[QUANTIZED_PART];
    for (size_t i = 0; i < QUANTIZED_PART; i++) {
      values[i] = scale > 0 ? x[part * QUANTIZED_PART + i] / scale : 0;
    }
    uint32_t best = 1;
    float least = INFINITY;
    for (uint32_t factor = 1; factor < 16; factor++) {
      const float error = part_error(values, (float)factor);
      if (error < least) {
        least = error;
        best = factor;
      }
    }
    factors = (uint16_t)(factors | best << (4 * part));
    uint8_t *bytes = group + QUANTIZED_HEAD + part * 256 + output * 4;
    for (size_t i = 0; i < QUANTIZED_PART; i++) {
      const float value = nearest_integer(limited(values[i] / (float)best, -8, 7));
      const uint8_t half = (uint8_t)((int)value + 8);
      uint8_t *byte = bytes + i % 16 / 4 * 64 + i % 4;
      *byte = (uint8_t)(i < 16 ? half : *byte | half << 4);
    }
  }
  memcpy(group + 32 + output * 2, &factors, 2);
}

bool ck_quantize_weights(
    const float *weights, size_t valid, size_t inputs, int bits, void *target) {
  for (size_t i = 0; i < valid * inputs; i++) {
    if (!isfinite(weights[i])) {
      return false;
    }
  }
  for (size_t g = 0; g < quantized_groups(inputs); g++) {
    uint8_t *group = (uint8_t *)target + g * quantized_group_bytes(bits);
    const size_t parts = quantized_parts_of(inputs, g);
    for (size_t output = 0; output < QUANTIZED_OUTPUTS; output++) {
      float x[QUANTIZED_GROUP] = {0};
      const size_t start = g * QUANTIZED_GROUP;
      const size_t left = inputs - start;
      const size_t count = left < QUANTIZED_GROUP ? left : QUANTIZED_GROUP;
      if (output < valid) {
        memcpy(x, weights + output * inputs + start, count * sizeof(float));
      }
      if (bits == 8) {
        quantize_8(x, parts, output, group);
      } else {
        quantize_4(x, parts, output, group);
      }
    }
  }
  return true;
}

void ck_dequantize_weights(
    const void *weights, int bits, size_t inputs, size_t output, float *target) {
  const uint8_t *block = (const uint8_t *)weights
      + output / QUANTIZED_OUTPUTS * quantized_block_bytes(bits, inputs);
  const size_t lane = output % QUANTIZED_OUTPUTS;
  for (size_t i = 0; i < inputs; i++) {
    const uint8_t *group = block + i / QUANTIZED_GROUP * quantized_group_bytes(bits);
    const size_t inside = i % QUANTIZED_GROUP;
    if (bits == 8) {
      float scale;
      memcpy(&scale, group + lane * sizeof scale, sizeof scale);
      const int8_t *values = (const int8_t *)group + QUANTIZED_HEAD;
      target[i] = scale * values[inside / 4 * 64 + lane * 4 + inside % 4];
      continue;
    }
    uint16_t scale, factors;
    memcpy(&scale, group + lane * 2, 2);
    memcpy(&factors, group + 32 + lane * 2, 2);
    const size_t part = inside / QUANTIZED_PART, place = inside % QUANTIZED_PART;
    const uint8_t byte =
        group[QUANTIZED_HEAD + part * 256 + place % 16 / 4 * 64 + lane * 4 + place % 4];
    const int half = place < 16 ? byte & 15 : byte >> 4;
    const int factor = factors >> (4 * part) & 15;
    target[i] = widen_bfloat16(scale) * (float)(factor * (half - 8));
  }
}
