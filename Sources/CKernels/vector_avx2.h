#pragma once

// 8 lanes of float32 in one AVX register.

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CK_TARGET __attribute__((target("avx2,fma,f16c")))
#define CK_INLINE CK_TARGET static inline __attribute__((always_inline))
#define CK_LANES 8
#define CK_HAS_DOT_BF16 0

// 3 x 4 accumulators, 3 inputs and 1 weight fill the 16 registers.
#define CK_TILE_ROWS 3
#define CK_K_BLOCK 1536
#define CK_DIRECT_OUTPUTS(rows) ((rows) <= 1 ? 8 : 4)
#define CK_SCORE_ROWS 6
#define CK_VALUE_ROWS 3
#define CK_VALUE_VECTORS 3

typedef __m256 vf;
typedef __m256 vm;

CK_INLINE __m256i v_lanes(void) { return _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7); }
CK_INLINE __m256i v_first(size_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), v_lanes());
}
CK_INLINE vf v_zero(void) { return _mm256_setzero_ps(); }
CK_INLINE vf v_set(float x) { return _mm256_set1_ps(x); }
CK_INLINE vf v_load(const float *p) { return _mm256_loadu_ps(p); }
CK_INLINE vf v_load_n(const float *p, size_t n) { return _mm256_maskload_ps(p, v_first(n)); }
CK_INLINE void v_store(float *p, vf v) { _mm256_storeu_ps(p, v); }
CK_INLINE void v_store_n(float *p, vf v, size_t n) { _mm256_maskstore_ps(p, v_first(n), v); }
CK_INLINE vf v_load_any(const void *p) { return _mm256_loadu_ps((const float *)p); }
CK_INLINE vf v_load_any_n(const void *p, size_t n) {
  return _mm256_maskload_ps((const float *)p, v_first(n));
}
CK_INLINE vf v_widen_bf16(__m128i bits) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
}
// The first n halves; there is no masked 16-bit load before AVX-512.
CK_INLINE __m128i v_load_halves_n(const void *p, size_t n) {
  uint16_t halves[8] = {0};
  memcpy(halves, p, n * sizeof(uint16_t));
  return _mm_loadu_si128((const __m128i *)halves);
}
CK_INLINE vf v_load_bf16(const void *p) {
  return v_widen_bf16(_mm_loadu_si128((const __m128i *)p));
}
CK_INLINE vf v_load_bf16_n(const void *p, size_t n) { return v_widen_bf16(v_load_halves_n(p, n)); }
CK_INLINE vf v_load_f16(const void *p) {
  return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}
CK_INLINE vf v_load_f16_n(const void *p, size_t n) {
  return _mm256_cvtph_ps(v_load_halves_n(p, n));
}
CK_INLINE vf v_fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
// max and min return the second operand when either is NaN.
CK_INLINE vf v_max(vf a, vf b) { return _mm256_max_ps(a, b); }
CK_INLINE vf v_min(vf a, vf b) { return _mm256_min_ps(a, b); }
CK_INLINE vf v_abs(vf a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
CK_INLINE vf v_round(vf a) {
  return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
CK_INLINE vf v_power_of_two(__m256i n) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(n, _mm256_set1_epi32(127)), 23));
}
// a * 2^n for integral n in -252 ... 254. Two factors, because 2^n alone may not be a float.
CK_INLINE vf v_scale_by_power(vf a, vf n) {
  const __m256i whole = _mm256_cvtps_epi32(n);
  const __m256i half = _mm256_srai_epi32(whole, 1);
  const __m256i rest = _mm256_sub_epi32(whole, half);
  return _mm256_mul_ps(_mm256_mul_ps(a, v_power_of_two(half)), v_power_of_two(rest));
}
CK_INLINE vm v_less(vf a, vf b) { return _mm256_cmp_ps(a, b, _CMP_LT_OQ); }
CK_INLINE vf v_select(vm m, vf yes, vf no) { return _mm256_blendv_ps(no, yes, m); }
// Lane i is kept when from <= i < to; the others become `other`. 0 <= from, to <= lanes.
CK_INLINE vf v_keep(vf a, size_t from, size_t to, vf other) {
  const __m256i mask = _mm256_andnot_si256(v_first(from), v_first(to));
  return _mm256_blendv_ps(other, a, _mm256_castsi256_ps(mask));
}
CK_INLINE vf v_copy_sign(vf magnitude, vf sign) {
  const __m256 bit = _mm256_set1_ps(-0.0f);
  return _mm256_or_ps(_mm256_andnot_ps(bit, magnitude), _mm256_and_ps(bit, sign));
}

// Sums of four vectors, in one fixed tree per vector.
CK_INLINE void v_sum4(vf a, vf b, vf c, vf d, float *out) {
  const __m256 ab = _mm256_add_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
  const __m256 cd = _mm256_add_ps(_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
  const __m256d x = _mm256_castps_pd(ab), y = _mm256_castps_pd(cd);
  const __m256 s = _mm256_add_ps(
      _mm256_castpd_ps(_mm256_unpacklo_pd(x, y)), _mm256_castpd_ps(_mm256_unpackhi_pd(x, y)));
  _mm_storeu_ps(out, _mm_add_ps(_mm256_castps256_ps128(s), _mm256_extractf128_ps(s, 1)));
}
