// Linear layers: block sizes, and packing of input rows. linear_body.h explains the whole.

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
