// Vector exp, tanh and GELU; included once per instruction set after its vector header.
// Polynomials are weighted minimax fits made for this file (Lawson iteration on Chebyshev nodes).

// e^x within 1 unit in the last place; 0 below -104, infinity above 88.73, NaN stays NaN.
CK_INLINE vf v_exp(vf x) {
  // 2^n e^r with n = round(x / ln 2) and |r| <= ln 2 / 2; ln 2 in two parts keeps r exact enough.
  const vf y = v_min(v_set(90.0f), v_max(v_set(-105.0f), x));
  const vf n = v_round(y * v_set(0x1.715476p+0f));
  vf r = v_fma(n, v_set(-0x1.62e4p-1f), y);
  r = v_fma(n, v_set(-0x1.7f7d1cp-20f), r);
  // e^r = 1 + r + r^2 q(r), fit error 6e-11.
  vf q = v_set(0x1.9f02d0p-13f);
  q = v_fma(q, r, v_set(0x1.6d945cp-10f));
  q = v_fma(q, r, v_set(0x1.111280p-7f));
  q = v_fma(q, r, v_set(0x1.555486p-5f));
  q = v_fma(q, r, v_set(0x1.555554p-3f));
  q = v_fma(q, r, v_set(0.5f));
  return v_scale_by_power(v_fma(q, r * r, r) + v_set(1.0f), n);
}

// tanh(z) within 2 units in the last place.
CK_INLINE vf v_tanh(vf z) {
  const vf size = v_abs(z);
  // Near zero z + z^3 p(z^2), fit error 2.5e-10; elsewhere 1 - 2 / (e^2z + 1) has no cancellation.
  const vf t = size * size;
  vf p = v_set(0x1.0e9e90p-9f);
  p = v_fma(p, t, v_set(-0x1.092852p-7f));
  p = v_fma(p, t, v_set(0x1.62fb3cp-6f));
  p = v_fma(p, t, v_set(-0x1.b9e190p-5f));
  p = v_fma(p, t, v_set(0x1.111026p-3f));
  p = v_fma(p, t, v_set(-0x1.555552p-2f));
  const vf near = v_fma(p, t * size, size);
  const vf power = v_exp(v_min(v_set(20.0f), size + size));
  const vf far = v_set(1.0f) - v_set(2.0f) / (power + v_set(1.0f));
  return v_copy_sign(v_select(v_less(size, v_set(0.625f)), near, far), z);
}

// 0.5 x (1 + tanh u) = x / (1 + e^-2u) with u = sqrt(2 / pi) (x + 0.044715 x^3): one exponential,
// and no cancellation for negative x.
CK_INLINE vf v_gelu(vf x) {
  const vf slope = v_fma(x * x, v_set(-2 * 0.7978845608028654f * 0.044715f),
                         v_set(-2 * 0.7978845608028654f));
  return x / (v_set(1.0f) + v_exp(x * slope));
}

CK_INLINE float v_sum(vf a) {
  float sums[4];
  v_sum4(a, v_zero(), v_zero(), v_zero(), sums);
  return sums[0];
}

// The largest lane that is not NaN; minus infinity when all are.
CK_INLINE float v_largest(vf a) {
  float lanes[CK_LANES];
  v_store(lanes, a);
  float largest = -__builtin_inff();
  for (int i = 0; i < CK_LANES; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
  }
  return largest;
}
