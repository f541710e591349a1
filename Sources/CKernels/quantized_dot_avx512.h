// Sums of products of 8-bit numbers with AVX-512 VNNI. See quantized_body.h.
//
// vpdpbusd multiplies unsigned by signed bytes: weights become w + 128, and 128 times the sum of the
// inputs is taken off beforehand.

// 6 x 4 accumulators, 4 weights, 1 input and the offset fill 30 of 32 registers.
#define CK_QUANTIZED_ROWS 6
#define CK_QUANTIZED_BLOCKS 4
#define CK_QUANTIZED_DIRECT 6
#define CK_DIRECT_LIMIT 12
#define CK_QUANTIZED_WIDE 0
#define CK_SUM_VECTORS 1

typedef __m512i vi;

CK_INLINE vf v_from_int(vi a) { return _mm512_cvtepi32_ps(a); }
// Four inputs in every lane.
CK_INLINE __m512i four_inputs(const int8_t *p) {
  int32_t four;
  memcpy(&four, p, sizeof four);
  return _mm512_set1_epi32(four);
}

CK_INLINE void dot_8(
    const int rows, const char *const *w, size_t parts, quantized_input x,
    vi sums[CK_QUANTIZED_ROWS][CK_QUANTIZED_BLOCKS][CK_SUM_VECTORS]) {
  const __m512i offset = _mm512_set1_epi8((char)0x80);
  vi acc[CK_QUANTIZED_ROWS][CK_QUANTIZED_BLOCKS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const __m512i sum = _mm512_set1_epi32(sum_of_row(x.totals, x.stride, r));
    const __m512i correction = _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_slli_epi32(sum, 7));
#pragma clang loop unroll(full)
    for (int b = 0; b < CK_QUANTIZED_BLOCKS; b++) {
      acc[r][b] = correction;
    }
  }
  for (size_t q = 0; q < parts * 8; q++) {
    __m512i y[CK_QUANTIZED_BLOCKS];
#pragma clang loop unroll(full)
    for (int b = 0; b < CK_QUANTIZED_BLOCKS; b++) {
      y[b] = _mm512_xor_si512(_mm512_loadu_si512(w[b] + q * 64), offset);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const __m512i a = four_inputs(x.values + (size_t)r * x.stride + q * 4);
#pragma clang loop unroll(full)
      for (int b = 0; b < CK_QUANTIZED_BLOCKS; b++) {
        acc[r][b] = _mm512_dpbusd_epi32(acc[r][b], y[b], a);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int b = 0; b < CK_QUANTIZED_BLOCKS; b++) {
      sums[r][b][0] = acc[r][b];
    }
  }
}

CK_INLINE void dot_4(
    const int rows, const char *w, const uint16_t *factors, size_t parts, quantized_input x,
    vi sums[CK_QUANTIZED_DIRECT][CK_SUM_VECTORS]) {
  const __m512i low = _mm512_set1_epi8(15), nibble = _mm512_set1_epi32(15);
  const __m512i all = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)factors));
  vi acc[CK_QUANTIZED_DIRECT];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    acc[r] = _mm512_setzero_si512();
  }
  for (size_t p = 0; p < parts; p++) {
    __m512i s[CK_QUANTIZED_DIRECT];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      s[r] = _mm512_set1_epi32(-8 * sum_of_row(x.part_sums + p, x.stride, r));
    }
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 4; j++) {
      const __m512i bytes = _mm512_loadu_si512(w + p * 256 + j * 64);
      const __m512i l = _mm512_and_si512(bytes, low);
      const __m512i h = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), low);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        const int8_t *values = x.values + (size_t)r * x.stride + p * 32 + j * 4;
        s[r] = _mm512_dpbusd_epi32(s[r], l, four_inputs(values));
        s[r] = _mm512_dpbusd_epi32(s[r], h, four_inputs(values + 16));
      }
    }
    const __m512i m =
        _mm512_and_si512(_mm512_srl_epi32(all, _mm_cvtsi32_si128((int)(4 * p))), nibble);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      // A part's sum fits 16 bits, and the upper half of a factor is zero.
      acc[r] = _mm512_add_epi32(acc[r], _mm512_madd_epi16(s[r], m));
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    sums[r][0] = acc[r];
  }
}
