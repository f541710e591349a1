// Sums of products of 8-bit numbers with AVX2. See quantized_body.h.
//
// 8-bit weights are widened and multiplied as pairs of 16-bit numbers: the byte product vpmaddubsw
// would need the signs moved from one factor to the other first. Halves of 4-bit weights are
// unsigned, and 16 of their products fit 16 bits.

// 6 x 2 accumulators, 2 weights, 1 input and 1 product fill the 16 registers.
#define CK_QUANTIZED_ROWS 6
#define CK_QUANTIZED_BLOCKS 1
// 4 x 2 sums, 4 weights, 2 inputs and the mask fill 15 of them.
#define CK_QUANTIZED_DIRECT 4
#define CK_DIRECT_LIMIT SIZE_MAX
#define CK_QUANTIZED_WIDE 1
#define CK_SUM_VECTORS 2

typedef __m256i vi;

CK_INLINE vf v_from_int(vi a) { return _mm256_cvtepi32_ps(a); }
CK_INLINE __m256i load_bytes(const char *p) { return _mm256_loadu_si256((const __m256i *)p); }
// Four inputs in every lane.
CK_INLINE __m256i four_inputs(const int8_t *p) {
  int32_t four;
  memcpy(&four, p, sizeof four);
  return _mm256_set1_epi32(four);
}

// Four widened inputs in every four lanes.
CK_INLINE __m256i four_wide_inputs(const int16_t *p) {
  long long four;
  memcpy(&four, p, sizeof four);
  return _mm256_set1_epi64x(four);
}

// Outputs from 4 * first on, 4 * width of them.
CK_INLINE void dot_8_part(
    const int rows, const int width, const char *w, int first, size_t parts, quantized_input x,
    vi sums[CK_QUANTIZED_ROWS][CK_QUANTIZED_BLOCKS][CK_SUM_VECTORS]) {
  __m256i acc[CK_QUANTIZED_ROWS][4];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < width; v++) {
      acc[r][v] = _mm256_setzero_si256();
    }
  }
  for (size_t q = 0; q < parts * 8; q++) {
    __m256i y[4];
#pragma clang loop unroll(full)
    for (int v = 0; v < width; v++) {
      const char *p = w + q * 64 + (size_t)(first + v) * 16;
      y[v] = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)p));
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const __m256i a = four_wide_inputs(x.wide + (size_t)r * x.stride / 2 + q * 4);
#pragma clang loop unroll(full)
      for (int v = 0; v < width; v++) {
        acc[r][v] = _mm256_add_epi32(acc[r][v], _mm256_madd_epi16(y[v], a));
      }
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < width; v += 2) {
      // Lanes are halves of the sums of outputs 0, 1, 4, 5 and 2, 3, 6, 7.
      const __m256i pairs = _mm256_hadd_epi32(acc[r][v], acc[r][v + 1]);
      sums[r][0][(first + v) / 2] = _mm256_permute4x64_epi64(pairs, 0xD8);
    }
  }
}

CK_INLINE void dot_8(
    const int rows, const char *const *w, size_t parts, quantized_input x,
    vi sums[CK_QUANTIZED_ROWS][CK_QUANTIZED_BLOCKS][CK_SUM_VECTORS]) {
  if (rows <= 2) {
    dot_8_part(rows, 4, w[0], 0, parts, x, sums);
    return;
  }
  dot_8_part(rows, 2, w[0], 0, parts, x, sums);
  dot_8_part(rows, 2, w[0], 2, parts, x, sums);
}

CK_INLINE void dot_4(
    const int rows, const char *w, const uint16_t *factors, size_t parts, quantized_input x,
    vi sums[CK_QUANTIZED_DIRECT][CK_SUM_VECTORS]) {
  const __m256i ones = _mm256_set1_epi16(1), low = _mm256_set1_epi8(15);
  const __m256i f0 = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)factors));
  const __m256i f1 = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(factors + 8)));
  vi acc[CK_QUANTIZED_DIRECT][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    acc[r][0] = acc[r][1] = _mm256_setzero_si256();
  }
  for (size_t p = 0; p < parts; p++) {
    // 16 products of at most 15 * 127 in 16 bits.
    __m256i s[CK_QUANTIZED_DIRECT][2];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      s[r][0] = s[r][1] = _mm256_setzero_si256();
    }
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 4; j++) {
      const __m256i w0 = load_bytes(w + p * 256 + j * 64);
      const __m256i w1 = load_bytes(w + p * 256 + j * 64 + 32);
      const __m256i l0 = _mm256_and_si256(w0, low), l1 = _mm256_and_si256(w1, low);
      const __m256i h0 = _mm256_and_si256(_mm256_srli_epi16(w0, 4), low);
      const __m256i h1 = _mm256_and_si256(_mm256_srli_epi16(w1, 4), low);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        const int8_t *values = x.values + (size_t)r * x.stride + p * 32 + j * 4;
        const __m256i a = four_inputs(values), b = four_inputs(values + 16);
        s[r][0] = _mm256_add_epi16(s[r][0], _mm256_maddubs_epi16(l0, a));
        s[r][1] = _mm256_add_epi16(s[r][1], _mm256_maddubs_epi16(l1, a));
        s[r][0] = _mm256_add_epi16(s[r][0], _mm256_maddubs_epi16(h0, b));
        s[r][1] = _mm256_add_epi16(s[r][1], _mm256_maddubs_epi16(h1, b));
      }
    }
    const __m128i shift = _mm_cvtsi32_si128((int)(4 * p));
    const __m256i nibble = _mm256_set1_epi32(15);
    const __m256i m0 = _mm256_and_si256(_mm256_srl_epi32(f0, shift), nibble);
    const __m256i m1 = _mm256_and_si256(_mm256_srl_epi32(f1, shift), nibble);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const __m256i eight = _mm256_set1_epi32(8 * sum_of_row(x.part_sums + p, x.stride, r));
      const __m256i v0 = _mm256_sub_epi32(_mm256_madd_epi16(s[r][0], ones), eight);
      const __m256i v1 = _mm256_sub_epi32(_mm256_madd_epi16(s[r][1], ones), eight);
      // A part's sum fits 16 bits, and the upper half of a factor is zero.
      acc[r][0] = _mm256_add_epi32(acc[r][0], _mm256_madd_epi16(v0, m0));
      acc[r][1] = _mm256_add_epi32(acc[r][1], _mm256_madd_epi16(v1, m1));
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    sums[r][0] = acc[r][0];
    sums[r][1] = acc[r][1];
  }
}
