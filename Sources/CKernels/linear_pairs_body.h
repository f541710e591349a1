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

#include "pairs_turn_body.h"
#include "pairs_tile_body.h"

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
