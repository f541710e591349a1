// Linear layers.
//
// Every output is one dot product. Lane l of its accumulator adds the products i = l, l + lanes, ... in
// this order, and v_sum4 adds the lanes; neither depends on the shape of the tile, so a row gives the
// same bits alone and among many. Input rows are packed in groups of CK_TILE_ROWS: block by block of
// the K axis, row by row inside a block, padded with zeros to whole blocks.
//
// Up to CK_TILE_ROWS rows read the weights where they lie, once, several outputs at a time. More rows
// first copy a panel of outputs into scratch in the order in which the tiles read it, widened to
// float32 where the tile multiplies float32. The panel layout is also what packed weight files use.

// How a tile reads weights; a constant wherever a tile is called.
enum {
  WEIGHTS_FLOAT32,
  WEIGHTS_FLOAT16,
  WEIGHTS_BFLOAT16,
  WEIGHTS_PANEL,
  WEIGHTS_DOT_BF16,        // bfloat16, for the pair dot product
  WEIGHTS_DOT_BF16_PANEL,
};

// Outputs per panel. With CK_K_BLOCK numbers each it fills a part of the second-level cache.
#define CK_PANEL_OUTPUTS 64
// Bytes of packed input that are used together against a panel.
#define CK_INPUT_BYTES (256 * 1024)

CK_INLINE size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
CK_INLINE int is_dot(ck_element element) {
  return CK_HAS_DOT_BF16 && element == CK_ELEMENT_BFLOAT16;
}
CK_INLINE size_t element_bytes(ck_element element) {
  return element == CK_ELEMENT_FLOAT32 ? 4 : 2;
}
// Numbers of the K axis per block.
CK_INLINE size_t block_of(ck_element element) { return is_dot(element) ? 2 * CK_LANES : CK_LANES; }
CK_INLINE size_t blocks_of(ck_element element, size_t inputs) {
  return (inputs + block_of(element) - 1) / block_of(element);
}
// Floats that one row takes in a block of packed input: with the pair dot product two vectors of
// halves, the high and the low parts.
CK_INLINE size_t packed_floats(ck_element element) {
  return is_dot(element) ? 2 * CK_LANES : CK_LANES;
}

CK_TARGET static size_t packed_row_bytes(ck_element element, size_t inputs) {
  return blocks_of(element, inputs) * packed_floats(element) * sizeof(float);
}

// Blocks of the K axis that a panel holds: equal shares of the axis, at most CK_K_BLOCK numbers.
CK_INLINE size_t panel_blocks(ck_element element, size_t inputs) {
  const size_t blocks = blocks_of(element, inputs);
  const size_t most = CK_K_BLOCK / block_of(element);
  const size_t shares = blocks <= most ? 1 : (blocks + most - 1) / most;
  return (blocks + shares - 1) / shares;
}

// Floats of the accumulators of one tile.
#define CK_TILE_FLOATS (CK_TILE_ROWS * 4 * CK_LANES)

// Scratch: a panel, and the accumulators of every tile while the K axis takes several panels.
CK_TARGET static size_t linear_scratch_bytes(ck_element element, size_t inputs, size_t rows) {
  if (rows <= CK_TILE_ROWS) {
    return 0;
  }
  const size_t panel = CK_PANEL_OUTPUTS * panel_blocks(element, inputs) * CK_LANES;
  const int is_whole = panel_blocks(element, inputs) == blocks_of(element, inputs);
  const size_t tiles =
      is_whole ? 0 : (rows + CK_TILE_ROWS - 1) / CK_TILE_ROWS * (CK_PANEL_OUTPUTS / 4);
  return (panel + tiles * CK_TILE_FLOATS) * sizeof(float);
}

#if CK_HAS_DOT_BF16
// Splits x into two bfloat16 numbers whose sum is x within 2^-17 |x|.
CK_INLINE void v_split(vf x, __m256i *high, __m256i *low) {
  const __m512i bits = _mm512_castps_si512(x);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i nearest = _mm512_add_epi32(
      _mm512_add_epi32(bits, _mm512_set1_epi32(0x7FFF)), odd);
  // Rounding may reach infinity, and would lose the payload of a NaN: there, cut instead.
  const __m512i top = _mm512_set1_epi32((int)0xFFFF0000);
  const __m512i exponent = _mm512_set1_epi32(0x7F800000);
  const __mmask16 special = _mm512_cmpeq_epi32_mask(_mm512_and_si512(nearest, exponent), exponent);
  const __mmask16 infinite = _mm512_cmpeq_epi32_mask(_mm512_and_si512(bits, exponent), exponent);
  __m512i first = _mm512_and_si512(_mm512_mask_mov_epi32(nearest, special | infinite, bits), top);
  // A NaN whose payload lies in the lower half must not become infinity.
  const __mmask16 nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
  first = _mm512_mask_or_epi32(first, nan, first, _mm512_set1_epi32(0x00400000));
  const __m512 rest = _mm512_maskz_sub_ps((__mmask16)~infinite, x, _mm512_castsi512_ps(first));
  *high = _mm512_cvtepi32_epi16(_mm512_srli_epi32(first, 16));
  *low = (__m256i)_mm512_cvtneps_pbh(rest);
}
#endif

CK_TARGET static void pack_rows(
    const float *input, size_t rows, size_t inputs, ck_element element, size_t first, size_t end,
    void *packed) {
  const size_t block = block_of(element), blocks = blocks_of(element, inputs);
  const size_t floats = packed_floats(element);
  for (size_t tile = first; tile < end; tile += CK_TILE_ROWS) {
    const size_t count = smaller(rows - tile, CK_TILE_ROWS);
    float *base = (float *)packed + tile * blocks * floats;
    for (size_t r = 0; r < count; r++) {
      const float *source = input + (tile + r) * inputs;
      for (size_t b = 0; b < blocks; b++) {
        float *target = base + (b * count + r) * floats;
        const size_t left = inputs - b * block;
#if CK_HAS_DOT_BF16
        if (is_dot(element)) {
          __m256i high[2], low[2];
          for (size_t k = 0; k < 2; k++) {
            const size_t n = left < k * CK_LANES ? 0 : smaller(left - k * CK_LANES, CK_LANES);
            v_split(v_load_n(source + b * block + (n ? k * CK_LANES : 0), n), &high[k], &low[k]);
          }
          __m256i *halves = (__m256i *)target;
          _mm256_storeu_si256(halves + 0, high[0]);
          _mm256_storeu_si256(halves + 1, high[1]);
          _mm256_storeu_si256(halves + 2, low[0]);
          _mm256_storeu_si256(halves + 3, low[1]);
          continue;
        }
#endif
        v_store(target, v_load_n(source + b * block, smaller(left, CK_LANES)));
      }
    }
  }
}

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

// Where the accumulators of a tile come from and go to when the K axis is taken in parts: stored and
// loaded again they give the same bits as in registers.
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

// Sums of rows x outputs dot products. `w` points to the weights of each output (direct), or w[0] to a
// panel of four. sums: [rows][outputs].
CK_INLINE void tile_float(
    const int rows, const int outputs, const int mode, const float *a, const char *const *w,
    size_t inputs, kept_tile kept, float *sums) {
  vf acc[CK_TILE_ROWS][8];
  load_accumulators(rows, outputs, kept, acc);
  const size_t full = mode == WEIGHTS_PANEL ? (inputs + CK_LANES - 1) / CK_LANES : inputs / CK_LANES;
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

#if CK_HAS_DOT_BF16
// The same for bfloat16 weights and split inputs: each lane takes pairs, the high parts first.
CK_INLINE void tile_dot(
    const int rows, const int outputs, const int mode, const float *a, const char *const *w,
    size_t inputs, kept_tile kept, float *sums) {
  const size_t block = 2 * CK_LANES;
  vf acc[CK_TILE_ROWS][8];
  load_accumulators(rows, outputs, kept, acc);
  const int panel = mode == WEIGHTS_DOT_BF16_PANEL;
  const size_t full = panel ? (inputs + block - 1) / block : inputs / block;
  for (size_t b = 0; b < full; b++) {
    __m512bh y[8];
#pragma clang loop unroll(full)
    for (int o = 0; o < outputs; o++) {
      const char *p = panel ? w[0] + (b * 4 + (size_t)o) * 64 : w[o] + b * 64;
      y[o] = (__m512bh)_mm512_loadu_si512(p);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const float *x = a + (b * (size_t)rows + (size_t)r) * block;
      const __m512bh high = (__m512bh)_mm512_loadu_si512(x);
      const __m512bh low = (__m512bh)_mm512_loadu_si512(x + CK_LANES);
#pragma clang loop unroll(full)
      for (int o = 0; o < outputs; o++) {
        acc[r][o] = _mm512_dpbf16_ps(acc[r][o], high, y[o]);
      }
#pragma clang loop unroll(full)
      for (int o = 0; o < outputs; o++) {
        acc[r][o] = _mm512_dpbf16_ps(acc[r][o], low, y[o]);
      }
    }
  }
  const size_t left = panel ? 0 : inputs - full * block;
  if (left) {
    const __mmask32 mask = (__mmask32)((1ull << left) - 1);
#pragma clang loop unroll(full)
    for (int o = 0; o < outputs; o++) {
      const __m512bh y = (__m512bh)_mm512_maskz_loadu_epi16(mask, w[o] + full * 64);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        const float *x = a + (full * (size_t)rows + (size_t)r) * block;
        acc[r][o] = _mm512_dpbf16_ps(acc[r][o], (__m512bh)_mm512_loadu_si512(x), y);
        acc[r][o] = _mm512_dpbf16_ps(acc[r][o], (__m512bh)_mm512_loadu_si512(x + CK_LANES), y);
      }
    }
  }
  finish_accumulators(rows, outputs, kept, acc, sums);
}
#endif

// One tile over `inputs` numbers of the K axis, with bias and store after the last; `valid` outputs of
// the tile exist.
CK_INLINE void tile(
    const int rows, const int outputs, const int mode, const float *a, const char *const *w,
    size_t inputs, kept_tile kept, const ck_linear *layer, size_t row, size_t output,
    size_t valid) {
  float sums[CK_TILE_ROWS * 8];
#if CK_HAS_DOT_BF16
  if (mode == WEIGHTS_DOT_BF16 || mode == WEIGHTS_DOT_BF16_PANEL) {
    tile_dot(rows, outputs, mode, a, w, inputs, kept, sums);
  } else
#endif
  {
    tile_float(rows, outputs, mode, a, w, inputs, kept, sums);
  }
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

// All outputs first ..< end of at most CK_TILE_ROWS rows, straight from the weights.
CK_INLINE void linear_direct(
    const int rows, const int mode, const ck_linear *layer, size_t first, size_t end) {
  const int outputs = CK_DIRECT_OUTPUTS(rows);
  const size_t stride = layer->inputs * element_bytes(layer->element);
  for (size_t o = first; o < end; o += (size_t)outputs) {
    const size_t valid = smaller(end - o, (size_t)outputs);
    const char *w[8];
    for (size_t k = 0; k < (size_t)outputs; k++) {
      w[k] = (const char *)layer->weights + (o + smaller(k, valid - 1)) * stride;
    }
    const kept_tile whole = {NULL, 1, 1};
    tile(
        rows, outputs, mode, (const float *)layer->packed, w, layer->inputs, whole, layer, 0, o,
        valid);
  }
}

#define CK_DIRECT_ROWS(mode)                                                                       \
  CK_TARGET static void linear_direct_##mode(const ck_linear *layer, size_t first, size_t end) {   \
    switch (layer->rows) {                                                                         \
    case 1: linear_direct(1, mode, layer, first, end); break;                                      \
    case 2: linear_direct(2, mode, layer, first, end); break;                                      \
    CK_DIRECT_MORE_ROWS(mode)                                                                      \
    default: break;                                                                                \
    }                                                                                              \
  }
#define CK_CASE_DIRECT(n, mode) case n: linear_direct(n, mode, layer, first, end); break;
#define CK_CASE_PANEL(n, mode)                                                                     \
  case n: tile(n, 4, mode, a, &w, inputs, kept, layer, row, output, valid); break;
#if CK_TILE_ROWS == 6
#define CK_DIRECT_MORE_ROWS(mode)                                                                  \
  CK_CASE_DIRECT(3, mode) CK_CASE_DIRECT(4, mode) CK_CASE_DIRECT(5, mode) CK_CASE_DIRECT(6, mode)
#define CK_PANEL_MORE_ROWS(mode)                                                                   \
  CK_CASE_PANEL(3, mode) CK_CASE_PANEL(4, mode) CK_CASE_PANEL(5, mode) CK_CASE_PANEL(6, mode)
#elif CK_TILE_ROWS == 4
#define CK_DIRECT_MORE_ROWS(mode) CK_CASE_DIRECT(3, mode) CK_CASE_DIRECT(4, mode)
#define CK_PANEL_MORE_ROWS(mode) CK_CASE_PANEL(3, mode) CK_CASE_PANEL(4, mode)
#elif CK_TILE_ROWS == 3
#define CK_DIRECT_MORE_ROWS(mode) CK_CASE_DIRECT(3, mode)
#define CK_PANEL_MORE_ROWS(mode) CK_CASE_PANEL(3, mode)
#elif CK_TILE_ROWS == 2
#define CK_DIRECT_MORE_ROWS(mode)
#define CK_PANEL_MORE_ROWS(mode)
#endif

CK_DIRECT_ROWS(WEIGHTS_FLOAT32)
CK_DIRECT_ROWS(WEIGHTS_FLOAT16)
#if CK_HAS_DOT_BF16
CK_DIRECT_ROWS(WEIGHTS_DOT_BF16)
#else
CK_DIRECT_ROWS(WEIGHTS_BFLOAT16)
#endif

#define CK_PANEL_TILE(mode)                                                                        \
  CK_TARGET static void panel_tile_##mode(                                                         \
      size_t rows, const float *a, const char *w, size_t inputs, kept_tile kept,                   \
      const ck_linear *layer, size_t row, size_t output, size_t valid) {                           \
    switch (rows) {                                                                                \
    CK_CASE_PANEL(1, mode) CK_CASE_PANEL(2, mode) CK_PANEL_MORE_ROWS(mode)                         \
    default: break;                                                                                \
    }                                                                                              \
  }
CK_PANEL_TILE(WEIGHTS_PANEL)
#if CK_HAS_DOT_BF16
CK_PANEL_TILE(WEIGHTS_DOT_BF16_PANEL)
#endif

// One block of one output, as the tile reads it.
CK_INLINE vf panel_vector(ck_element element, const char *p, size_t n) {
#if CK_HAS_DOT_BF16
  if (is_dot(element)) {
    const __mmask32 mask = n == 32 ? ~(__mmask32)0 : (__mmask32)((1ull << n) - 1);
    return _mm512_castsi512_ps(_mm512_maskz_loadu_epi16(mask, p));
  }
#endif
  switch (element) {
  case CK_ELEMENT_FLOAT16: return load_weights(p, WEIGHTS_FLOAT16, n);
  case CK_ELEMENT_BFLOAT16: return load_weights(p, WEIGHTS_BFLOAT16, n);
  default: return load_weights(p, WEIGHTS_FLOAT32, n);
  }
}

// Copies `blocks` blocks from block `start` of outputs first ..< end into
// [group of 4][block][4][lanes], with zeros beyond the K axis.
CK_TARGET static void pack_panel(
    const ck_linear *layer, size_t first, size_t end, size_t start, size_t blocks, float *panel) {
  const size_t block = block_of(layer->element), bytes = element_bytes(layer->element);
  for (size_t o = first; o < end; o += 4) {
    for (size_t k = 0; k < 4; k++) {
      // Outputs that do not exist repeat the last one; their sums are not stored.
      const size_t output = smaller(o + k, end - 1);
      const char *row = (const char *)layer->weights + output * layer->inputs * bytes;
      float *target = panel + k * CK_LANES;
      for (size_t b = 0; b < blocks; b++) {
        const size_t i = (start + b) * block;
        const vf v = panel_vector(layer->element, row + i * bytes, smaller(layer->inputs - i, block));
        v_store(target + b * 4 * CK_LANES, v);
      }
    }
    panel += blocks * 4 * CK_LANES;
  }
}

// One panel against all rows: outputs first ..< end, `blocks` blocks of the K axis from `start`.
CK_TARGET static void linear_panel(
    const ck_linear *layer, size_t first, size_t end, size_t start, size_t blocks,
    const float *panel, float *kept) {
  const size_t all = blocks_of(layer->element, layer->inputs);
  const size_t floats = packed_floats(layer->element);
  const size_t inputs = blocks * block_of(layer->element);
  size_t together = CK_INPUT_BYTES / (blocks * floats * sizeof(float) + 1);
  together = together < CK_TILE_ROWS ? CK_TILE_ROWS : together / CK_TILE_ROWS * CK_TILE_ROWS;
  for (size_t upper = 0; upper < layer->rows; upper += together) {
    const size_t last = smaller(layer->rows, upper + together);
    for (size_t o = first; o < end; o += 4) {
      const char *w = (const char *)(panel + (o - first) * blocks * CK_LANES);
      for (size_t r = upper; r < last; r += CK_TILE_ROWS) {
        const size_t rows = smaller(layer->rows - r, CK_TILE_ROWS);
        const float *a = (const float *)layer->packed + (r * all + rows * start) * floats;
        const size_t valid = smaller(end - o, 4);
        const size_t tile = r / CK_TILE_ROWS * (CK_PANEL_OUTPUTS / 4) + (o - first) / 4;
        const kept_tile place = {kept + tile * CK_TILE_FLOATS, start == 0, start + blocks == all};
#if CK_HAS_DOT_BF16
        if (is_dot(layer->element)) {
          panel_tile_WEIGHTS_DOT_BF16_PANEL(rows, a, w, inputs, place, layer, r, o, valid);
          continue;
        }
#endif
        panel_tile_WEIGHTS_PANEL(rows, a, w, inputs, place, layer, r, o, valid);
      }
    }
  }
}

CK_TARGET static void linear_panels(
    const ck_linear *layer, size_t first, size_t end, float *scratch) {
  const size_t all = blocks_of(layer->element, layer->inputs);
  const size_t most = panel_blocks(layer->element, layer->inputs);
  float *kept = scratch + CK_PANEL_OUTPUTS * most * CK_LANES;
  for (size_t o = first; o < end; o += CK_PANEL_OUTPUTS) {
    const size_t stop = smaller(end, o + CK_PANEL_OUTPUTS);
    size_t start = 0;
    do {  // At least once: no inputs at all give the bias.
      const size_t blocks = smaller(all - start, most);
      pack_panel(layer, o, stop, start, blocks, scratch);
      linear_panel(layer, o, stop, start, blocks, scratch, kept);
      start += most;
    } while (start < all);
  }
}

CK_TARGET static void linear(const ck_linear *layer, size_t first, size_t end, void *scratch) {
  if (layer->rows > CK_TILE_ROWS) {
    linear_panels(layer, first, end, (float *)scratch);
    return;
  }
  switch (layer->element) {
  case CK_ELEMENT_FLOAT32: linear_direct_WEIGHTS_FLOAT32(layer, first, end); break;
  case CK_ELEMENT_FLOAT16: linear_direct_WEIGHTS_FLOAT16(layer, first, end); break;
#if CK_HAS_DOT_BF16
  case CK_ELEMENT_BFLOAT16: linear_direct_WEIGHTS_DOT_BF16(layer, first, end); break;
#else
  case CK_ELEMENT_BFLOAT16: linear_direct_WEIGHTS_BFLOAT16(layer, first, end); break;
#endif
  }
}
