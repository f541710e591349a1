#pragma once

// 16 lanes of float32 in one AVX-512 register.

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define CK_TARGET                                                                                  \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")))
#define CK_INLINE CK_TARGET static inline __attribute__((always_inline))
#define CK_LANES 16
#define CK_HAS_DOT_BF16 1

// 6 x 4 accumulators, 4 weights and 1 input fill 29 of 32 registers.
#define CK_TILE_ROWS 6
#define CK_K_BLOCK 2304
#define CK_DIRECT_OUTPUTS(rows) ((rows) <= 3 ? 8 : 4)
#define CK_SCORE_ROWS 12
#define CK_VALUE_ROWS 4
#define CK_VALUE_VECTORS 5

typedef __m512 vf;
typedef __mmask16 vm;

CK_INLINE __mmask16 v_first(size_t n) { return (__mmask16)((1u << n) - 1u); }
CK_INLINE vf v_zero(void) { return _mm512_setzero_ps(); }
CK_INLINE vf v_set(float x) { return _mm512_set1_ps(x); }
CK_INLINE vf v_load(const float *p) { return _mm512_loadu_ps(p); }
CK_INLINE vf v_load_n(const float *p, size_t n) { return _mm512_maskz_loadu_ps(v_first(n), p); }
CK_INLINE void v_store(float *p, vf v) { _mm512_storeu_ps(p, v); }
CK_INLINE void v_store_n(float *p, vf v, size_t n) { _mm512_mask_storeu_ps(p, v_first(n), v); }
CK_INLINE vf v_load_any(const void *p) { return _mm512_loadu_ps(p); }
CK_INLINE vf v_load_any_n(const void *p, size_t n) { return _mm512_maskz_loadu_ps(v_first(n), p); }
CK_INLINE vf v_widen_bf16(__m256i bits) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}
CK_INLINE vf v_load_bf16(const void *p) {
  return v_widen_bf16(_mm256_loadu_si256((const __m256i *)p));
}
CK_INLINE vf v_load_bf16_n(const void *p, size_t n) {
  return v_widen_bf16(_mm256_maskz_loadu_epi16(v_first(n), p));
}
CK_INLINE vf v_load_f16(const void *p) {
  return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}
CK_INLINE vf v_load_f16_n(const void *p, size_t n) {
  return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(v_first(n), p));
}
CK_INLINE vf v_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
// max and min return the second operand when either is NaN.
CK_INLINE vf v_max(vf a, vf b) { return _mm512_max_ps(a, b); }
CK_INLINE vf v_min(vf a, vf b) { return _mm512_min_ps(a, b); }
CK_INLINE vf v_abs(vf a) { return _mm512_abs_ps(a); }
CK_INLINE vf v_round(vf a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT); }
// a * 2^n for integral n.
CK_INLINE vf v_scale_by_power(vf a, vf n) { return _mm512_scalef_ps(a, n); }
CK_INLINE vm v_less(vf a, vf b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
CK_INLINE vf v_select(vm m, vf yes, vf no) { return _mm512_mask_blend_ps(m, no, yes); }
// Lane i is kept when from <= i < to; the others become `other`. 0 <= from, to <= lanes.
CK_INLINE vf v_keep(vf a, size_t from, size_t to, vf other) {
  return _mm512_mask_blend_ps((__mmask16)(v_first(to) & ~v_first(from)), other, a);
}
CK_INLINE vf v_copy_sign(vf magnitude, vf sign) {
  const __m512 bit = _mm512_set1_ps(-0.0f);
  return _mm512_or_ps(_mm512_andnot_ps(bit, magnitude), _mm512_and_ps(bit, sign));
}

// Sums of four vectors, in one fixed tree per vector.
CK_INLINE void v_sum4(vf a, vf b, vf c, vf d, float *out) {
  const __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
  const __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
  const __m512d x = _mm512_castps_pd(ab), y = _mm512_castps_pd(cd);
  const __m512 s = _mm512_add_ps(
      _mm512_castpd_ps(_mm512_unpacklo_pd(x, y)), _mm512_castpd_ps(_mm512_unpackhi_pd(x, y)));
  const __m256 t = _mm256_add_ps(_mm512_castps512_ps256(s), _mm512_extractf32x8_ps(s, 1));
  _mm_storeu_ps(out, _mm_add_ps(_mm256_castps256_ps128(t), _mm256_extractf128_ps(t, 1)));
}
