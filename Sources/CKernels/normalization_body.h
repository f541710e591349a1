// Normalisation of rows. Sums run over four vectors at a time, so their order depends only on the
// number of columns.

// Sum over a row of (x - shift), or of its square.
CK_INLINE float row_sum(const float *row, size_t columns, float shift, const int squared) {
  const vf by = v_set(shift);
  vf sums[4] = {v_zero(), v_zero(), v_zero(), v_zero()};
  size_t i = 0;
  for (; i + 4 * CK_LANES <= columns; i += 4 * CK_LANES) {
    for (int k = 0; k < 4; k++) {
      const vf x = v_load(row + i + (size_t)k * CK_LANES) - by;
      sums[k] = squared ? v_fma(x, x, sums[k]) : sums[k] + x;
    }
  }
  for (; i < columns; i += CK_LANES) {
    const size_t n = columns - i < CK_LANES ? columns - i : CK_LANES;
    const vf x = v_keep(v_load_n(row + i, n) - by, 0, n, v_zero());
    sums[0] = squared ? v_fma(x, x, sums[0]) : sums[0] + x;
  }
  return v_sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

CK_TARGET static void layer_norm(
    const float *input, size_t rows, size_t columns, const float *gain, const float *bias,
    float epsilon, float *output) {
  for (size_t r = 0; r < rows; r++) {
    const float *row = input + r * columns;
    float *out = output + r * columns;
    const float mean = row_sum(row, columns, 0, 0) / (float)columns;
    const float variance = row_sum(row, columns, mean, 1) / (float)columns;
    const vf factor = v_set(1.0f / __builtin_sqrtf(variance + epsilon));
    for (size_t i = 0; i < columns; i += CK_LANES) {
      const size_t n = columns - i < CK_LANES ? columns - i : CK_LANES;
      const vf x = (v_load_n(row + i, n) - v_set(mean)) * factor;
      v_store_n(out + i, v_fma(x, v_load_n(gain + i, n), v_load_n(bias + i, n)), n);
    }
  }
}

CK_TARGET static void rms_norm(
    const float *input, size_t rows, size_t columns, const float *weight, float epsilon,
    float *output) {
  for (size_t r = 0; r < rows; r++) {
    const float *row = input + r * columns;
    float *out = output + r * columns;
    const float mean = row_sum(row, columns, 0, 1) / (float)columns;
    const vf factor = v_set(1.0f / __builtin_sqrtf(mean + epsilon));
    for (size_t i = 0; i < columns; i += CK_LANES) {
      const size_t n = columns - i < CK_LANES ? columns - i : CK_LANES;
      const vf gain = v_set(1.0f) + v_load_n(weight + i, n);
      v_store_n(out + i, (v_load_n(row + i, n) * factor) * gain, n);
    }
  }
}
