// Sums of products of pairs of bfloat16 numbers, for linear layers and attention.

// A pair of inputs in every lane.
CK_INLINE __m512bh pairs_input(const char *p) {
  int32_t pair;
  memcpy(&pair, p, sizeof pair);
  return (__m512bh)_mm512_set1_epi32(pair);
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
    const int rows, const int split, const int asks, const int whole, pairs_rows x,
    pairs_weights w, size_t block, size_t count, vf acc[PAIRS_FEW_ROWS][PAIRS_DIRECT]) {
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
