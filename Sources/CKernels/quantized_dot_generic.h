// Sums of products of 8-bit numbers in plain C. See quantized_body.h.

#define CK_QUANTIZED_ROWS 2
#define CK_QUANTIZED_BLOCKS 1
#define CK_QUANTIZED_DIRECT 2
#define CK_DIRECT_LIMIT 2
#define CK_QUANTIZED_WIDE 0
#define CK_SUM_VECTORS (16 / CK_LANES)

typedef vm vi;

CK_INLINE vf v_from_int(vi a) { return __builtin_convertvector(a, vf); }

// Adds the products of four inputs of 16 outputs.
CK_INLINE void add_products(const int8_t *w, const int8_t *x, int32_t *sums) {
  for (int o = 0; o < 16; o++) {
    sums[o] += x[0] * w[4 * o] + x[1] * w[4 * o + 1] + x[2] * w[4 * o + 2] + x[3] * w[4 * o + 3];
  }
}

CK_INLINE void dot_8(
    const int rows, const char *const *w, size_t parts, quantized_input x,
    vi sums[CK_QUANTIZED_ROWS][CK_QUANTIZED_BLOCKS][CK_SUM_VECTORS]) {
  for (int r = 0; r < rows; r++) {
    int32_t all[16] = {0};
    for (size_t q = 0; q < parts * 8; q++) {
      add_products((const int8_t *)w[0] + q * 64, x.values + (size_t)r * x.stride + q * 4, all);
    }
    memcpy(sums[r][0], all, sizeof all);
  }
}

CK_INLINE void dot_4(
    const int rows, const char *w, const uint16_t *factors, size_t parts, quantized_input x,
    vi sums[CK_QUANTIZED_DIRECT][CK_SUM_VECTORS]) {
  for (int r = 0; r < rows; r++) {
    int32_t all[16] = {0};
    for (size_t p = 0; p < parts; p++) {
      const int8_t *values = x.values + (size_t)r * x.stride + p * 32;
      int32_t part[16] = {0};
      for (size_t j = 0; j < 4; j++) {
        int8_t low[64], high[64];
        for (int k = 0; k < 64; k++) {
          const uint8_t byte = (uint8_t)w[p * 256 + j * 64 + (size_t)k];
          low[k] = (int8_t)((byte & 15) - 8);
          high[k] = (int8_t)((byte >> 4) - 8);
        }
        add_products(low, values + j * 4, part);
        add_products(high, values + 16 + j * 4, part);
      }
      for (int o = 0; o < 16; o++) {
        all[o] += part[o] * (factors[o] >> (4 * p) & 15);
      }
    }
    memcpy(sums[r], all, sizeof all);
  }
}
