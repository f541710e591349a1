// Element by element functions; an element's result does not depend on its place.

CK_TARGET static void gelu_tanh(float *values, size_t count) {
  size_t i = 0;
  for (; i + CK_LANES <= count; i += CK_LANES) {
    v_store(values + i, v_gelu(v_load(values + i)));
  }
  if (i < count) {
    v_store_n(values + i, v_gelu(v_load_n(values + i, count - i)), count - i);
  }
}

CK_TARGET static void gated_gelu(float *gate, const float *up, size_t count) {
  size_t i = 0;
  for (; i + CK_LANES <= count; i += CK_LANES) {
    v_store(gate + i, v_gelu(v_load(gate + i)) * v_load(up + i));
  }
  if (i < count) {
    const size_t n = count - i;
    v_store_n(gate + i, v_gelu(v_load_n(gate + i, n)) * v_load_n(up + i, n), n);
  }
}

CK_TARGET static void add(const float *source, float *target, size_t count) {
  size_t i = 0;
  for (; i + CK_LANES <= count; i += CK_LANES) {
    v_store(target + i, v_load(target + i) + v_load(source + i));
  }
  if (i < count) {
    const size_t n = count - i;
    v_store_n(target + i, v_load_n(target + i, n) + v_load_n(source + i, n), n);
  }
}

CK_TARGET static void scale(float *values, float factor, size_t count) {
  const vf by = v_set(factor);
  size_t i = 0;
  for (; i + CK_LANES <= count; i += CK_LANES) {
    v_store(values + i, v_load(values + i) * by);
  }
  if (i < count) {
    v_store_n(values + i, v_load_n(values + i, count - i) * by, count - i);
  }
}

CK_TARGET static void soft_cap(float *values, float cap, size_t count) {
  const vf limit = v_set(cap);
  size_t i = 0;
  for (; i + CK_LANES <= count; i += CK_LANES) {
    v_store(values + i, limit * v_tanh(v_load(values + i) / limit));
  }
  if (i < count) {
    const size_t n = count - i;
    v_store_n(values + i, limit * v_tanh(v_load_n(values + i, n) / limit), n);
  }
}

CK_TARGET static void to_bfloat16(const float *values, size_t count, uint16_t *target) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, values + i, sizeof bits);
    const uint32_t nearest = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
    const uint32_t undefined = bits >> 16 | 0x0040;
    target[i] = (uint16_t)((bits & 0x7FFFFFFF) > 0x7F800000 ? undefined : nearest);
  }
}
