// Reductions over one long vector, such as the logits of a vocabulary.

// Numbers added in float32 before the partial sum goes into float64.
#define CK_SUM_BLOCK 4096

CK_INLINE float largest_of(const float *values, size_t count) {
  // Four chains hide the latency; NaN is the first operand and so never survives.
  vf best[4];
  for (int k = 0; k < 4; k++) {
    best[k] = v_set(-__builtin_inff());
  }
  size_t i = 0;
  for (; i + 4 * CK_LANES <= count; i += 4 * CK_LANES) {
    for (int k = 0; k < 4; k++) {
      best[k] = v_max(v_load(values + i + (size_t)k * CK_LANES), best[k]);
    }
  }
  float largest = v_largest(v_max(v_max(best[0], best[1]), v_max(best[2], best[3])));
  for (; i < count; i++) {
    largest = values[i] > largest ? values[i] : largest;
  }
  return largest;
}

CK_TARGET static float log_sum_exp(const float *values, size_t count) {
  const float largest = largest_of(values, count);
  if (__builtin_isinf(largest)) {
    return largest;
  }
  const vf shift = v_set(largest);
  double total = 0;
  for (size_t start = 0; start < count; start += CK_SUM_BLOCK) {
    const size_t end = count - start < CK_SUM_BLOCK ? count : start + CK_SUM_BLOCK;
    vf sum = v_zero();
    for (size_t i = start; i < end; i += CK_LANES) {
      const size_t n = end - i < CK_LANES ? end - i : CK_LANES;
      sum = sum + v_keep(v_exp(v_load_n(values + i, n) - shift), 0, n, v_zero());
    }
    total += (double)v_sum(sum);
  }
  return (float)((double)largest + __builtin_log(total));
}

CK_TARGET static size_t argmax(const float *values, size_t count) {
  const float largest = largest_of(values, count);
  if (largest == -__builtin_inff()) {
    return 0;
  }
  for (size_t i = 0; i < count; i++) {
    if (values[i] == largest) {
      return i;
    }
  }
  return 0;
}
