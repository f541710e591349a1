// Linear layers with bfloat16 weights, for families that multiply pairs of bfloat16 numbers.
//
// Products and sums are float32. Inputs are rounded to bfloat16, or, where they are to count in full,
// split into two bfloat16 numbers, whose products are added one after the other. Lanes are outputs:
// sums of a row start from zero and take the pairs of inputs in ascending order, whatever the number
// of rows, so a row gives the same bits alone and among many.
//
// Weights lie output by output, and are turned on their way. Few rows do so in registers, a tile at a
// time; more rows turn panels of 64 outputs into scratch, a chunk of the K axis at a time:
// [pair][4][16 outputs][2], which stays in the second-level cache while all rows use it; the float32
// sums grow where the output lies. A packed row is bfloat16, padded with zeros to whole blocks of 32;
// of split inputs the high parts, then the low ones.

enum {
  PAIRS_BLOCK = 32,        // inputs that are turned at once
  PAIRS_VECTORS = 4,       // of 16 outputs in a panel
  PAIRS_ROWS = 6,          // of a tile: 24 sums, 4 weights and 1 input fill 29 of 32 registers
  PAIRS_WIDE_VECTORS = 5,  // of the widest tile
  PAIRS_WIDE_ROWS = 4,     // and its rows
  PAIRS_DIRECT = 2,        // vectors of 16 outputs whose weights are turned in registers
  PAIRS_FEW_ROWS = 8,      // of such a tile
  PAIRS_FEW = 16,          // rows that do so
  PAIRS_CHUNK = 1152,      // inputs
};
#define PAIRS_PANEL ((size_t)(PAIRS_VECTORS * 16))

CK_INLINE size_t pairs_blocks(size_t inputs) { return (inputs + PAIRS_BLOCK - 1) / PAIRS_BLOCK; }

CK_INLINE int is_pairs(ck_element element) {
  return element == CK_ELEMENT_BFLOAT16 || element == CK_ELEMENT_BFLOAT16_BOTH;
}
CK_INLINE int is_split(ck_element element) { return element == CK_ELEMENT_BFLOAT16; }

// A line more than the numbers, so that rows do not all fall on the same place of the cache.
CK_INLINE size_t pairs_row_bytes(ck_element element, size_t inputs) {
  return pairs_blocks(inputs) * (is_split(element) ? 128 : 64) + 64;
}

// Blocks of a chunk: equal shares of the axis.
CK_INLINE size_t pairs_chunk_blocks(size_t inputs) {
  const size_t most = PAIRS_CHUNK / PAIRS_BLOCK;
  const size_t blocks = pairs_blocks(inputs);
  const size_t shares = blocks <= most ? 1 : (blocks + most - 1) / most;
  return (blocks + shares - 1) / shares;
}

// Scratch: the sums of an incomplete panel, then a chunk.
CK_INLINE size_t pairs_scratch_bytes(size_t inputs, size_t rows) {
  return rows * PAIRS_PANEL * sizeof(float)
      + pairs_chunk_blocks(inputs) * PAIRS_BLOCK * PAIRS_PANEL * 2;
}

// A pair of inputs in every lane.
CK_INLINE __m512bh pairs_input(const char *p) {
  int32_t pair;
  memcpy(&pair, p, sizeof pair);
  return (__m512bh)_mm512_set1_epi32(pair);
}

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

CK_INLINE void pairs_pack_row(
    const float *source, size_t inputs, ck_element element, char *target) {
  const size_t padded = pairs_blocks(inputs) * PAIRS_BLOCK;
  for (size_t i = 0; i < padded; i += CK_LANES) {
    const size_t n = i < inputs ? smaller(inputs - i, CK_LANES) : 0;
    const vf x = v_load_n(source + (n ? i : 0), n);
    __m256i high = (__m256i)_mm512_cvtneps_pbh(x), low;
    if (is_split(element)) {
      v_split(x, &high, &low);
      _mm256_storeu_si256((__m256i *)(target + (padded + i) * 2), low);
    }
    _mm256_storeu_si256((__m256i *)(target + i * 2), high);
  }
}

// 16 bytes of each of four outputs, `mask` of them, side by side.
CK_INLINE __m512i pairs_quarters(
    const char *a, const char *b, const char *c, const char *d, __mmask8 mask) {
  const __m128i first = _mm_maskz_loadu_epi16(mask, a);
  const __m128i second = _mm_maskz_loadu_epi16(mask, b);
  const __m128i third = _mm_maskz_loadu_epi16(mask, c);
  const __m128i fourth = _mm_maskz_loadu_epi16(mask, d);
  const __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);
  const __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(third), fourth, 1);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}
// The same for whole quarters: the loads put them where they belong.
CK_INLINE __m512i pairs_whole_quarters(
    const char *a, const char *b, const char *c, const char *d) {
  __m512i all = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)a));
  all = _mm512_mask_broadcast_i32x4(all, 0x00F0, _mm_loadu_si128((const __m128i *)b));
  all = _mm512_mask_broadcast_i32x4(all, 0x0F00, _mm_loadu_si128((const __m128i *)c));
  return _mm512_mask_broadcast_i32x4(all, 0xF000, _mm_loadu_si128((const __m128i *)d));
}

// Turns a quarter of a block of 16 outputs: pairs[p] holds pair p of every output. `count` inputs of
// the quarter exist.
CK_INLINE void pairs_turn_quarter(
    const char *first, size_t stride, const int whole, size_t count, __m512i pairs[4]) {
  const __mmask8 mask = (__mmask8)(count >= 8 ? 0xFF : (1u << count) - 1);
  // The compiler must not see that the distance is the same every time: it would keep the addresses of
  // all rows on the stack.
  __asm__("" : "+r"(stride));
  const size_t four = 4 * stride;
  __m512i a[4];
#pragma clang loop unroll(full)
  for (size_t k = 0; k < 4; k++) {
    const char *p = first + k * stride;
    a[k] = whole ? pairs_whole_quarters(p, p + four, p + 2 * four, p + 3 * four)
                 : pairs_quarters(p, p + four, p + 2 * four, p + 3 * four, mask);
  }
  // Four outputs times four pairs are transposed inside each quarter of the vectors.
  const __m512i b0 = _mm512_unpacklo_epi32(a[0], a[1]), b1 = _mm512_unpackhi_epi32(a[0], a[1]);
  const __m512i b2 = _mm512_unpacklo_epi32(a[2], a[3]), b3 = _mm512_unpackhi_epi32(a[2], a[3]);
  pairs[0] = _mm512_unpacklo_epi64(b0, b2);
  pairs[1] = _mm512_unpackhi_epi64(b0, b2);
  pairs[2] = _mm512_unpacklo_epi64(b1, b3);
  pairs[3] = _mm512_unpackhi_epi64(b1, b3);
}

// A block of 16 outputs; target vectors are PAIRS_VECTORS apart.
CK_INLINE void pairs_turn(
    const char *first, size_t stride, const int whole, size_t count, char *target) {
#pragma clang loop unroll(full)
  for (size_t q = 0; q < 4; q++) {
    __m512i pairs[4];
    pairs_turn_quarter(first + q * 16, stride, whole, count > 8 * q ? count - 8 * q : 0, pairs);
#pragma clang loop unroll(full)
    for (size_t k = 0; k < 4; k++) {
      _mm512_storeu_si512(target + (4 * q + k) * PAIRS_VECTORS * 64, pairs[k]);
    }
  }
}

// Rows of pairs; the low parts of split ones begin `low` bytes after the high ones.
typedef struct pairs_rows {
  const char *first;
  size_t bytes, low;
} pairs_rows;

// Rows of weights.
typedef struct pairs_weights {
  const char *first;
  size_t stride;
} pairs_weights;

// Adds a quarter of a block, turned, to the sums of few rows: vectors first ..< end.
CK_INLINE void pairs_direct_quarter(
    const int rows, const int split, const int first, const int end, const char *input,
    pairs_rows x, __m512i y[PAIRS_DIRECT][4], vf acc[PAIRS_FEW_ROWS][PAIRS_DIRECT]) {
#pragma clang loop unroll(full)
  for (size_t k = 0; k < 4; k++) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
      for (int part = 0; part < 1 + split; part++) {
        const __m512bh pair =
            pairs_input(input + (size_t)r * x.bytes + (size_t)part * x.low + k * 4);
#pragma clang loop unroll(full)
        for (int v = first; v < end; v++) {
          acc[r][v] = _mm512_dpbf16_ps(acc[r][v], pair, (__m512bh)y[v][k]);
        }
      }
    }
  }
}

// Adds one block of PAIRS_DIRECT * 16 outputs to the sums of few rows, `count` inputs of it. One or two
// rows take a vector after the other, which memory likes better; more take both at once and so read
// their inputs half as often. With `asks` as many bytes are asked for of the rows that follow these
// without a gap: the streams read here are too many and too short for the processor to guess.
CK_INLINE void pairs_direct_block(
    const int rows, const int split, const int asks, const int whole, pairs_rows x, pairs_weights w, size_t block,
    size_t count, vf acc[PAIRS_FEW_ROWS][PAIRS_DIRECT]) {
  const int together = rows <= 2 ? 1 : PAIRS_DIRECT;
  const char *ahead = w.first + PAIRS_DIRECT * 16 * (w.stride + block * 64);
#pragma clang loop unroll(full)
  for (int v = 0; v < PAIRS_DIRECT; v += together) {
    const char *first = w.first + (size_t)v * 16 * w.stride + block * 64;
    // All at once, or where there is more to compute a part per quarter.
    const int lines = 16 * together, now = together == 1 ? lines : 0;
    const int later = together == 1 ? 0 : lines / 4;
#pragma clang loop unroll(full)
    for (int line = 0; asks && whole && line < now; line++) {
      _mm_prefetch(ahead + (16 * v + line) * 64, _MM_HINT_T0);
    }
#pragma clang loop unroll(disable)
    for (size_t q = 0; q < 4; q++) {
      const size_t left = whole ? 8 : count > 8 * q ? count - 8 * q : 0;
#pragma clang loop unroll(full)
      for (int line = 0; asks && whole && line < later; line++) {
        _mm_prefetch(ahead + (16 * v + line) * 64 + q * (size_t)later * 64, _MM_HINT_T0);
      }
      __m512i y[PAIRS_DIRECT][4];
#pragma clang loop unroll(full)
      for (int k = 0; k < together; k++) {
        pairs_turn_quarter(
            first + (size_t)k * 16 * w.stride + q * 16, w.stride, whole, left, y[v + k]);
      }
      pairs_direct_quarter(
          rows, split, v, v + together, x.first + block * 64 + q * 16, x, y, acc);
    }
  }
}

// Few rows against PAIRS_DIRECT * 16 outputs, turned in registers.
CK_INLINE void pairs_direct(
    const int rows, const int split, const int asks, pairs_rows x, pairs_weights w, size_t inputs,
    float *sums, size_t stride) {
  vf acc[PAIRS_FEW_ROWS][PAIRS_DIRECT];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < PAIRS_DIRECT; v++) {
      acc[r][v] = v_zero();
    }
  }
  for (size_t b = 0; b < inputs / PAIRS_BLOCK; b++) {
    pairs_direct_block(rows, split, asks, 1, x, w, b, PAIRS_BLOCK, acc);
  }
  if (inputs % PAIRS_BLOCK) {
    pairs_direct_block(
        rows, split, asks, 0, x, w, inputs / PAIRS_BLOCK, inputs % PAIRS_BLOCK, acc);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < PAIRS_DIRECT; v++) {
      v_store(sums + (size_t)r * stride + (size_t)v * CK_LANES, acc[r][v]);
    }
  }
}

#define CK_CASE_PAIRS_DIRECT(n, split, asks)                                                       \
  case n: pairs_direct(n, split, asks, x, w, inputs, sums, stride); break;
#define CK_PAIRS_DIRECTS(name, split, asks)                                                        \
  CK_TARGET static void pairs_directs_##name(                                                      \
      size_t rows, pairs_rows x, pairs_weights w, size_t inputs, float *sums, size_t stride) {     \
    switch (rows) {                                                                                \
    CK_CASE_PAIRS_DIRECT(1, split, asks) CK_CASE_PAIRS_DIRECT(2, split, asks)                      \
    CK_CASE_PAIRS_DIRECT(3, split, asks) CK_CASE_PAIRS_DIRECT(4, split, asks)                      \
    CK_CASE_PAIRS_DIRECT(5, split, asks) CK_CASE_PAIRS_DIRECT(6, split, asks)                      \
    CK_CASE_PAIRS_DIRECT(7, split, asks) CK_CASE_PAIRS_DIRECT(8, split, asks)                      \
    default: break;                                                                                \
    }                                                                                              \
  }
CK_PAIRS_DIRECTS(rounded, 0, 1)
CK_PAIRS_DIRECTS(split, 1, 1)
CK_PAIRS_DIRECTS(keys, 0, 0)

// `exist` of 16 outputs and `count` inputs of a block; the others weigh zero.
CK_INLINE void pairs_turn_some(
    const char *first, size_t stride, size_t exist, size_t count, char *target) {
  if (exist == 16 && count == PAIRS_BLOCK) {
    pairs_turn(first, stride, 1, count, target);
    return;
  }
  if (exist == 16) {
    pairs_turn(first, stride, 0, count, target);
    return;
  }
  char lines[16][64] = {{0}};
  for (size_t o = 0; o < exist; o++) {
    memcpy(lines[o], first + o * stride, count * 2);
  }
  pairs_turn(lines[0], 64, 1, PAIRS_BLOCK, target);
}

// Blocks start ..< end of outputs first ..< first + valid.
CK_TARGET static void pairs_pack_panel(
    const ck_linear *layer, size_t first, size_t valid, size_t start, size_t end, char *panel) {
  const size_t stride = layer->inputs * 2;
  for (size_t v = 0; v < PAIRS_VECTORS; v++) {
    const char *outputs = (const char *)layer->weights + (first + v * 16) * stride;
    const size_t exist = valid > v * 16 ? smaller(valid - v * 16, 16) : 0;
    for (size_t b = start; b < end; b++) {
      pairs_turn_some(
          outputs + b * 64, stride, exist, smaller(layer->inputs - b * PAIRS_BLOCK, PAIRS_BLOCK),
          panel + ((b - start) * 16 * PAIRS_VECTORS + v) * 64);
    }
  }
}

// Adds `pairs` pairs of some rows times a panel [pair][vectors][16][2] to sums, or to zero.
CK_INLINE void pairs_tile(
    const int rows, const int vectors, const int split, pairs_rows x, const char *panel,
    size_t pairs, int clear, float *restrict sums, size_t stride) {
  vf acc[PAIRS_ROWS][PAIRS_WIDE_VECTORS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      acc[r][v] = clear ? v_zero() : v_load(sums + (size_t)r * stride + (size_t)v * CK_LANES);
    }
  }
  for (size_t p = 0; p < pairs; p++) {
    __m512bh y[PAIRS_WIDE_VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      y[v] = (__m512bh)_mm512_loadu_si512(panel + (p * (size_t)vectors + (size_t)v) * 64);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
      for (int part = 0; part < 1 + split; part++) {
        const __m512bh pair =
            pairs_input(x.first + (size_t)r * x.bytes + (size_t)part * x.low + p * 4);
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
          acc[r][v] = _mm512_dpbf16_ps(acc[r][v], pair, y[v]);
        }
      }
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      v_store(sums + (size_t)r * stride + (size_t)v * CK_LANES, acc[r][v]);
    }
  }
}

// A function of its own per number of vectors keeps the sums in registers.
#define CK_CASE_PAIRS(n, vectors, split)                                                           \
  case n: pairs_tile(n, vectors, split, x, panel, pairs, clear, sums, stride); break;
#define CK_PAIRS_TILES(name, vectors, split)                                                       \
  CK_TARGET static void pairs_tiles_##name(                                                        \
      size_t rows, pairs_rows x, const char *panel, size_t pairs, int clear, float *sums,          \
      size_t stride) {                                                                             \
    switch (rows) {                                                                                \
    CK_CASE_PAIRS(1, vectors, split) CK_CASE_PAIRS(2, vectors, split)                              \
    CK_CASE_PAIRS(3, vectors, split) CK_CASE_PAIRS(4, vectors, split)                              \
    CK_CASE_PAIRS(5, vectors, split) CK_CASE_PAIRS(6, vectors, split)                              \
    default: break;                                                                                \
    }                                                                                              \
  }
CK_PAIRS_TILES(1, 1, 0)
CK_PAIRS_TILES(2, 2, 0)
CK_PAIRS_TILES(3, 3, 0)
CK_PAIRS_TILES(4, 4, 0)
CK_PAIRS_TILES(split, PAIRS_VECTORS, 1)

// Five vectors leave room for fewer rows.
CK_TARGET static void pairs_tiles_5(
    size_t rows, pairs_rows x, const char *panel, size_t pairs, int clear, float *sums,
    size_t stride) {
  switch (rows) {
  CK_CASE_PAIRS(1, 5, 0) CK_CASE_PAIRS(2, 5, 0) CK_CASE_PAIRS(3, 5, 0) CK_CASE_PAIRS(4, 5, 0)
  default: break;
  }
}

CK_INLINE void pairs_tiles(
    size_t rows, size_t vectors, pairs_rows x, const char *panel, size_t pairs, int clear,
    float *sums, size_t stride) {
  switch (vectors) {
  case 1: pairs_tiles_1(rows, x, panel, pairs, clear, sums, stride); break;
  case 2: pairs_tiles_2(rows, x, panel, pairs, clear, sums, stride); break;
  case 3: pairs_tiles_3(rows, x, panel, pairs, clear, sums, stride); break;
  case 4: pairs_tiles_4(rows, x, panel, pairs, clear, sums, stride); break;
  case 5: pairs_tiles_5(rows, x, panel, pairs, clear, sums, stride); break;
  default: break;
  }
}

// Sums of a panel of which `valid` outputs exist.
CK_INLINE void pairs_panel(
    const ck_linear *layer, size_t first, size_t valid, output_panel sums, char *panel) {
  const size_t all = pairs_blocks(layer->inputs);
  const size_t row_bytes = pairs_row_bytes(layer->element, layer->inputs);
  const size_t most = pairs_chunk_blocks(layer->inputs);
  size_t start = 0;
  do {  // At least once: no inputs at all give zero.
    const size_t stop = smaller(all, start + most);
    pairs_pack_panel(layer, first, valid, start, stop, panel);
    for (size_t row = 0; row < layer->rows; row += PAIRS_ROWS) {
      const pairs_rows x = {
          (const char *)layer->packed + row * row_bytes + start * 64, row_bytes, all * 64};
      const size_t rows = smaller(layer->rows - row, PAIRS_ROWS), pairs = (stop - start) * 16;
      float *place = sums.first + row * sums.stride;
      if (is_split(layer->element)) {
        pairs_tiles_split(rows, x, panel, pairs, start == 0, place, sums.stride);
      } else {
        pairs_tiles_4(rows, x, panel, pairs, start == 0, place, sums.stride);
      }
    }
    start = stop;
  } while (start < all);
}

CK_TARGET static void pairs_linear(const ck_linear *layer, size_t first, size_t end, void *scratch) {
  float *kept = (float *)scratch;
  char *panel = (char *)(kept + layer->rows * PAIRS_PANEL);
  size_t o = first;
  while (o < end) {
    const int is_direct = layer->rows <= PAIRS_FEW && end - o >= PAIRS_DIRECT * 16;
    const size_t width = is_direct ? PAIRS_DIRECT * 16 : PAIRS_PANEL;
    const size_t valid = smaller(end - o, width);
    const output_panel sums = panel_of_output(
        layer->output, layer->outputs, o, valid, width, kept);
    if (is_direct) {
      const size_t tile = tile_height(layer->rows, PAIRS_FEW_ROWS), stride = layer->inputs * 2;
      const char *weights = (const char *)layer->weights + o * stride;
      const pairs_weights w = {weights, stride};
      const size_t row_bytes = pairs_row_bytes(layer->element, layer->inputs);
      for (size_t row = 0; row < layer->rows; row += tile) {
        const size_t rows = smaller(layer->rows - row, tile);
        const pairs_rows x = {
            (const char *)layer->packed + row * row_bytes, row_bytes,
            pairs_blocks(layer->inputs) * 64};
        float *place = sums.first + row * sums.stride;
        if (is_split(layer->element)) {
          pairs_directs_split(rows, x, w, layer->inputs, place, sums.stride);
        } else {
          pairs_directs_rounded(rows, x, w, layer->inputs, place, sums.stride);
        }
      }
    } else {
      pairs_panel(layer, o, valid, sums, panel);
    }
    finish_panel(sums, layer->rows, valid, layer->bias, layer->output, layer->outputs, o);
    o += valid;
  }
}
