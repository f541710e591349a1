// Rotary position embedding. The angle is a float32 product, as the reference computes it; its sine
// and cosine are taken in float64 and rounded once: at positions 0...8192 they lie within 2^-25 of
// the exact ones.

// Frequencies handled together; their sines and cosines serve every head of a row.
#define CK_ROTATION_BLOCK 64

CK_INLINE void sines(
    const float *frequencies, float position, size_t count, float *sine, float *cosine) {
  for (size_t i = 0; i < count; i++) {
    const float product = position * frequencies[i];
    const double angle = (double)product;
    // Quarter turns, rounded to the nearest by adding and taking away 3 * 2^51.
    const double quarters = (angle * 0.63661977236758134308 + 0x1.8p52) - 0x1.8p52;
    double r = angle - quarters * 1.5707963267948965580;
    r = r - quarters * 6.1232339957367660e-17;
    const double t = r * r;
    // Taylor series; |r| <= pi / 4 leaves errors of 2e-14 and 6e-13.
    const double s = r + r * t * (-1.0 / 6 + t * (1.0 / 120 + t * (-1.0 / 5040
        + t * (1.0 / 362880 - t * (1.0 / 39916800 - t * (1.0 / 6227020800.0))))));
    const double c = 1 + t * (-0.5 + t * (1.0 / 24 + t * (-1.0 / 720
        + t * (1.0 / 40320 - t * (1.0 / 3628800 - t * (1.0 / 479001600.0))))));
    // The quadrant, from quarters modulo 4 without a conversion that could overflow.
    const double turns = quarters * 0.25;
    const double whole = (turns - 0.375 + 0x1.8p52) - 0x1.8p52;
    const double quadrant = quarters - 4 * whole;
    const double first = quadrant == 1 || quadrant == 3 ? c : s;
    const double second = quadrant == 1 || quadrant == 3 ? s : c;
    sine[i] = (float)(quadrant >= 2 ? -first : first);
    cosine[i] = (float)(quadrant == 1 || quadrant == 2 ? -second : second);
  }
}

CK_TARGET static void rotate(
    float *values, size_t rows, size_t heads, size_t head_size, const int32_t *positions,
    const float *frequencies) {
  const size_t half = head_size / 2;
  float sine[CK_ROTATION_BLOCK], cosine[CK_ROTATION_BLOCK];
  for (size_t r = 0; r < rows; r++) {
    for (size_t start = 0; start < half; start += CK_ROTATION_BLOCK) {
      const size_t count = half - start < CK_ROTATION_BLOCK ? half - start : CK_ROTATION_BLOCK;
      sines(frequencies + start, (float)positions[r], count, sine, cosine);
      for (size_t h = 0; h < heads; h++) {
        float *low = values + (r * heads + h) * head_size + start;
        float *high = low + half;
        for (size_t i = 0; i < count; i += CK_LANES) {
          const size_t n = count - i < CK_LANES ? count - i : CK_LANES;
          const vf s = v_load_n(sine + i, n), c = v_load_n(cosine + i, n);
          const vf a = v_load_n(low + i, n), b = v_load_n(high + i, n);
          v_store_n(low + i, a * c - b * s, n);
          v_store_n(high + i, b * c + a * s, n);
        }
      }
    }
  }
}
