// Linear layers: the dot products of one tile. linear_body.h explains the whole.

// The first n weights of a block as one vector; n is a constant CK_LANES in full blocks.
CK_INLINE vf load_weights(const char *p, const int mode, size_t n) {
  const int full = n == CK_LANES;
  switch (mode) {
  case WEIGHTS_FLOAT16:
    return full ? v_load_f16(p) : v_load_f16_n(p, n);
  case WEIGHTS_BFLOAT16:
    return full ? v_load_bf16(p) : v_load_bf16_n(p, n);
  default:
    return full ? v_load_any(p) : v_load_any_n(p, n);
  }
}

CK_INLINE size_t weight_bytes(const int mode) {
  return mode == WEIGHTS_FLOAT32 || mode == WEIGHTS_PANEL ? 4 : 2;
}

// Where the accumulators of a tile come from and go to when the K axis is taken in parts: stored
// and loaded again they give the same bits as in registers.
typedef struct kept_tile {
  float *place;   // [rows][outputs][lanes], or NULL when the axis is taken at once
  int is_first;   // start from zero
  int is_last;    // reduce instead of keeping
} kept_tile;

CK_INLINE void load_accumulators(
    const int rows, const int outputs, kept_tile kept, vf acc[CK_TILE_ROWS][8]) {
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int o = 0; o < outputs; o++) {
      acc[r][o] = kept.is_first ? v_zero() : v_load(kept.place + (r * outputs + o) * CK_LANES);
    }
  }
}

CK_INLINE void finish_accumulators(
    const int rows, const int outputs, kept_tile kept, vf acc[CK_TILE_ROWS][8], float *sums) {
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int o = 0; o < outputs; o += 4) {
      if (kept.is_last) {
        v_sum4(acc[r][o], acc[r][o + 1], acc[r][o + 2], acc[r][o + 3], sums + r * outputs + o);
        continue;
      }
#pragma clang loop unroll(full)
      for (int k = o; k < o + 4; k++) {
        v_store(kept.place + (r * outputs + k) * CK_LANES, acc[r][k]);
      }
    }
  }
}

// Sums of rows x outputs dot products. `w` points to the weights of each output (direct), or w[0]
// to a panel of four. sums: [rows][outputs].
CK_INLINE void tile_float(
    const int rows, const int outputs, const int mode, const float *a, const char *const *w,
    size_t inputs, kept_tile kept, float *sums) {
  vf acc[CK_TILE_ROWS][8];
  load_accumulators(rows, outputs, kept, acc);
  const size_t full =
      mode == WEIGHTS_PANEL ? (inputs + CK_LANES - 1) / CK_LANES : inputs / CK_LANES;
  for (size_t b = 0; b < full; b++) {
    vf x[CK_TILE_ROWS];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      x[r] = v_load(a + (b * (size_t)rows + (size_t)r) * CK_LANES);
    }
#pragma clang loop unroll(full)
    for (int o = 0; o < outputs; o++) {
      const char *p = mode == WEIGHTS_PANEL
          ? w[0] + (b * 4 + (size_t)o) * CK_LANES * sizeof(float)
          : w[o] + b * CK_LANES * weight_bytes(mode);
      const vf y = load_weights(p, mode, CK_LANES);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        acc[r][o] = v_fma(x[r], y, acc[r][o]);
      }
    }
  }
  const size_t left = mode == WEIGHTS_PANEL ? 0 : inputs - full * CK_LANES;
  if (left) {
#pragma clang loop unroll(full)
    for (int o = 0; o < outputs; o++) {
      const vf y = load_weights(w[o] + full * CK_LANES * weight_bytes(mode), mode, left);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        const vf x = v_load(a + (full * (size_t)rows + (size_t)r) * CK_LANES);
        acc[r][o] = v_fma(x, y, acc[r][o]);
      }
    }
  }
  finish_accumulators(rows, outputs, kept, acc, sums);
}

// One tile over `inputs` numbers of the K axis, with bias and store after the last; `valid` outputs
// of the tile exist.
CK_INLINE void tile(
    const int rows, const int outputs, const int mode, const float *a, const char *const *w,
    size_t inputs, kept_tile kept, const ck_linear *layer, size_t row, size_t output,
    size_t valid) {
  float sums[CK_TILE_ROWS * 8];
  tile_float(rows, outputs, mode, a, w, inputs, kept, sums);
  if (!kept.is_last) {
    return;
  }
  for (int r = 0; r < rows; r++) {
    float *target = layer->output + (row + (size_t)r) * layer->outputs + output;
    for (size_t o = 0; o < valid; o++) {
      const float sum = sums[(size_t)r * (size_t)outputs + o];
      target[o] = layer->bias ? sum + layer->bias[output + o] : sum;
    }
  }
}
