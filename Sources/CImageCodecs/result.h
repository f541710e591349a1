#pragma once

#include "CImageCodecs.h"

#include <stdio.h>

// A result with the given reason; long reasons are cut.
static inline ci_result ci_make_result(ci_code code, const char *message) {
  ci_result result = {.code = code};
  snprintf(result.message, sizeof result.message, "%s", message);
  return result;
}

// value / 255, rounded to nearest, for value in 0...65025.
static inline uint8_t ci_divide_by_255(uint32_t value) {
  uint32_t shifted = value + 128;
  return (uint8_t)((shifted + (shifted >> 8)) >> 8);
}
