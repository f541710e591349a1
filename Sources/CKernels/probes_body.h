// What the machine can do at most: arithmetic in registers, and reading.

// Multiplications and additions in float32; returns how many.
CK_TARGET static double spin_float32(size_t rounds, float *sink) {
  vf acc[12];
  for (int k = 0; k < 12; k++) {
    acc[k] = v_set((float)k);
  }
  const vf a = v_set(*sink), b = v_set(0.999f);
  for (size_t i = 0; i < rounds; i++) {
#pragma clang loop unroll(full)
    for (int k = 0; k < 12; k++) {
      acc[k] = v_fma(acc[k], b, a);
    }
  }
  float sum[CK_LANES];
  for (int k = 1; k < 12; k++) {
    acc[0] = acc[0] + acc[k];
  }
  v_store(sum, acc[0]);
  *sink = sum[0];
  return 2.0 * 12 * CK_LANES * (double)rounds;
}

// The same for weights of bfloat16, in the way the family multiplies them.
CK_TARGET static double spin_bfloat16(size_t rounds, float *sink) {
#if CK_HAS_DOT_BF16
  __m512 acc[12];
  for (int k = 0; k < 12; k++) {
    acc[k] = _mm512_set1_ps((float)k);
  }
  const __m512bh a = (__m512bh)_mm512_set1_epi16((short)(0x3F80 + (int)*sink));
  for (size_t i = 0; i < rounds; i++) {
#pragma clang loop unroll(full)
    for (int k = 0; k < 12; k++) {
      acc[k] = _mm512_dpbf16_ps(acc[k], a, a);
    }
  }
  for (int k = 1; k < 12; k++) {
    acc[0] = _mm512_add_ps(acc[0], acc[k]);
  }
  *sink = _mm512_cvtss_f32(acc[0]);
  return 4.0 * 12 * 16 * (double)rounds;
#else
  return spin_float32(rounds, sink);
#endif
}

// The same for 8-bit numbers, added up in 32 bits.
CK_TARGET static double spin_int8(size_t rounds, float *sink) {
#if CK_LANES == 16
  __m512i acc[12];
  for (int k = 0; k < 12; k++) {
    acc[k] = _mm512_set1_epi32(k);
  }
  const __m512i a = _mm512_set1_epi8((char)(1 + (int)*sink));
  for (size_t i = 0; i < rounds; i++) {
#pragma clang loop unroll(full)
    for (int k = 0; k < 12; k++) {
      acc[k] = _mm512_dpbusd_epi32(acc[k], a, a);
    }
  }
  for (int k = 1; k < 12; k++) {
    acc[0] = _mm512_add_epi32(acc[0], acc[k]);
  }
  *sink = (float)_mm512_cvtsi512_si32(acc[0]);
  return 8.0 * 12 * 16 * (double)rounds;
#elif CK_LANES == 8
  __m256i acc[12];
  for (int k = 0; k < 12; k++) {
    acc[k] = _mm256_set1_epi32(k);
  }
  __m256i a = _mm256_set1_epi16((short)(1 + (int)*sink));
  for (size_t i = 0; i < rounds; i++) {
    // The compiler must not see that the input is the same in every round.
    __asm__ volatile("" : "+x"(a));
#pragma clang loop unroll(full)
    for (int k = 0; k < 12; k++) {
      __m256i b = a;
      __asm__ volatile("" : "+x"(b));
      acc[k] = _mm256_add_epi32(acc[k], _mm256_madd_epi16(a, b));
    }
  }
  for (int k = 1; k < 12; k++) {
    acc[0] = _mm256_add_epi32(acc[0], acc[k]);
  }
  *sink = (float)_mm256_cvtsi256_si32(acc[0]);
  return 4.0 * 12 * 8 * (double)rounds;
#else
  return spin_float32(rounds, sink);
#endif
}

// Reads memory, 64-byte aligned, a multiple of 256 bytes; returns something that depends on all of it.
CK_TARGET static float read_memory(const void *memory, size_t bytes) {
  const float *p = (const float *)memory;
  vf acc[8];
  for (int k = 0; k < 8; k++) {
    acc[k] = v_zero();
  }
  for (size_t i = 0; i + 8 * CK_LANES <= bytes / sizeof(float); i += 8 * CK_LANES) {
#pragma clang loop unroll(full)
    for (int k = 0; k < 8; k++) {
      acc[k] = acc[k] + v_load(p + i + (size_t)k * CK_LANES);
    }
  }
  float sum[CK_LANES];
  for (int k = 1; k < 8; k++) {
    acc[0] = acc[0] + acc[k];
  }
  v_store(sum, acc[0]);
  return sum[0];
}
