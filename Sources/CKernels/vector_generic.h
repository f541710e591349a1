#pragma once

// 4 lanes of float32 through the compiler's vector extension: SSE2 on x86-64, Advanced SIMD on Arm,
// plain code elsewhere. CK_GENERIC_FMA says whether multiply and add may be one operation; it is
// set only where the machine has that instruction.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CK_TARGET
#define CK_INLINE static inline __attribute__((always_inline))
#define CK_LANES 4
#define CK_HAS_DOT_BF16 0

#if defined(__aarch64__)
#define CK_TILE_ROWS 4
#else
#define CK_TILE_ROWS 2
#endif
#define CK_K_BLOCK 1024
#define CK_DIRECT_OUTPUTS(rows) 4
#define CK_SCORE_ROWS 4
#define CK_VALUE_ROWS 2
#define CK_VALUE_VECTORS 4

typedef float vf __attribute__((vector_size(16)));
typedef int32_t vm __attribute__((vector_size(16)));
typedef uint32_t vu __attribute__((vector_size(16)));
typedef uint16_t vh __attribute__((vector_size(8)));

CK_INLINE vf v_zero(void) { return (vf){0}; }
CK_INLINE vf v_set(float x) { return (vf){x, x, x, x}; }
CK_INLINE vf v_load_any(const void *p) {
  vf v;
  memcpy(&v, p, sizeof v);
  return v;
}
CK_INLINE vf v_load_any_n(const void *p, size_t n) {
  vf v = {0};
  memcpy(&v, p, n * sizeof(float));
  return v;
}
CK_INLINE vf v_load(const float *p) { return v_load_any(p); }
CK_INLINE vf v_load_n(const float *p, size_t n) { return v_load_any_n(p, n); }
CK_INLINE void v_store(float *p, vf v) { memcpy(p, &v, sizeof v); }
CK_INLINE void v_store_n(float *p, vf v, size_t n) { memcpy(p, &v, n * sizeof(float)); }
CK_INLINE vh v_load_halves(const void *p) {
  vh v;
  memcpy(&v, p, sizeof v);
  return v;
}
CK_INLINE vh v_load_halves_n(const void *p, size_t n) {
  vh v = {0};
  memcpy(&v, p, n * sizeof(uint16_t));
  return v;
}
CK_INLINE vf v_widen_bf16(vh bits) { return (vf)(__builtin_convertvector(bits, vu) << 16); }
// The fraction and exponent are moved into place and the exponent corrected by a multiplication,
// which is exact and turns subnormal halves into normal floats; infinity and NaN are set apart.
CK_INLINE vf v_widen_f16(vh bits) {
  const vu wide = __builtin_convertvector(bits, vu);
  const vf finite = (vf)((wide & 0x7FFFu) << 13) * 0x1p112f;
  const vu special = (vu)((wide & 0x7C00u) == 0x7C00u);
  return (vf)((vu)finite | (special & 0x7F800000u) | ((wide & 0x8000u) << 16));
}
CK_INLINE vf v_load_bf16(const void *p) { return v_widen_bf16(v_load_halves(p)); }
CK_INLINE vf v_load_bf16_n(const void *p, size_t n) { return v_widen_bf16(v_load_halves_n(p, n)); }
CK_INLINE vf v_load_f16(const void *p) { return v_widen_f16(v_load_halves(p)); }
CK_INLINE vf v_load_f16_n(const void *p, size_t n) { return v_widen_f16(v_load_halves_n(p, n)); }
CK_INLINE vf v_fma(vf a, vf b, vf c) {
#if CK_GENERIC_FMA
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}
CK_INLINE vf v_select(vm m, vf yes, vf no) { return (vf)(((vm)yes & m) | ((vm)no & ~m)); }
CK_INLINE vm v_less(vf a, vf b) { return a < b; }
// max and min return the second operand when either is NaN.
CK_INLINE vf v_max(vf a, vf b) { return v_select(a > b, a, b); }
CK_INLINE vf v_min(vf a, vf b) { return v_select(a < b, a, b); }
CK_INLINE vf v_abs(vf a) { return (vf)((vm)a & 0x7FFFFFFF); }
// Exact for |a| < 2^22, which is all that is asked of it.
CK_INLINE vf v_round(vf a) {
  const vf shift = v_set(0x1.8p23f);
  return (a + shift) - shift;
}
CK_INLINE vf v_power_of_two(vm n) { return (vf)((n + 127) << 23); }
// a * 2^n for integral n in -252 ... 254. Two factors, because 2^n alone may not be a float.
CK_INLINE vf v_scale_by_power(vf a, vf n) {
  // NaN and large n must not reach the conversion, which is undefined for them.
  const vf safe = v_select(v_abs(n) < v_set(512.0f), n, v_zero());
  const vm whole = __builtin_convertvector(safe, vm);
  const vm half = whole >> 1;
  return a * v_power_of_two(half) * v_power_of_two(whole - half);
}
// Lane i is kept when from <= i < to; the others become `other`. 0 <= from, to <= lanes.
CK_INLINE vf v_keep(vf a, size_t from, size_t to, vf other) {
  const vm lane = {0, 1, 2, 3};
  return v_select((lane >= (int32_t)from) & (lane < (int32_t)to), a, other);
}
CK_INLINE vf v_copy_sign(vf magnitude, vf sign) {
  const vm bit = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
  return (vf)(((vm)magnitude & ~bit) | ((vm)sign & bit));
}

// Sums of four vectors, in one fixed tree per vector.
CK_INLINE void v_sum4(vf a, vf b, vf c, vf d, float *out) {
  const vf ab =
      __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const vf cd =
      __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
  v_store(out, __builtin_shufflevector(ab, cd, 0, 1, 4, 5)
               + __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
}
