// Attention over bfloat16 keys and values, for families that multiply pairs of bfloat16 numbers.
// attention_body.h explains the whole; linear_pairs_body.h the tiles.
//
// Scores are queries times turned keys, 64 keys at a time; queries and softmax numerators are rounded
// to bfloat16, sums are float32. Values of two neighbouring keys are laid side by side. Few lines, as in
// decoding, do both in registers, with the same sums.

enum { PAIRS_FEW_LINES = 4 };

// Queries of all lines as pairs, [lines][blocks of 32].
CK_INLINE size_t pairs_query_bytes(size_t head_size) { return pairs_blocks(head_size) * 64; }

// Vectors of the head that one pass over the keys adds up: equal shares of at most five.
CK_INLINE size_t pairs_value_vectors(size_t vectors) {
  const size_t parts = (vectors + 4) / 5;
  return (vectors + parts - 1) / parts;
}

CK_INLINE size_t attention_pairs_bytes(size_t lines, size_t head_size) {
  const size_t panel = pairs_blocks(head_size) * 16 * PAIRS_VECTORS * 64;
  // The last share may be smaller than the others but takes as much.
  const size_t values = CK_KEY_BLOCK / 2 * (padded_head(head_size) / CK_LANES + 4) * 64;
  // 64 of slack align the whole to cache lines.
  return lines * (pairs_query_bytes(head_size) + CK_KEY_BLOCK * 2) + panel + values + 64;
}

// Rounds a line's numbers, zeros beyond them.
CK_INLINE void pairs_round_line(const float *source, size_t count, size_t padded, char *target) {
  for (size_t i = 0; i < padded; i += CK_LANES) {
    const size_t n = i < count ? smaller(count - i, CK_LANES) : 0;
    const __m256bh rounded = _mm512_cvtneps_pbh(v_load_n(source + (n ? i : 0), n));
    _mm256_storeu_si256((__m256i *)(target + i * 2), (__m256i)rounded);
  }
}

// Values of `keys` keys, `count` numbers of each from a vector on, to [pair of keys][vectors][16][2].
CK_INLINE void pairs_lay_values(
    const char *values, size_t stride, size_t keys, size_t vectors, size_t count, char *panel) {
  for (size_t v = 0; v < vectors; v++) {
    const size_t n = count > v * 16 ? smaller(count - v * 16, 16) : 0;
    const __mmask16 mask = v_first(n);
    const char *p = values + v * 32;
    char *target = panel + v * 64;
    for (size_t j = 0; j < keys / 2; j++) {
      const __m512i a = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, p));
      const __m512i b = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, p + stride));
      _mm512_storeu_si512(target, _mm512_or_si512(a, _mm512_slli_epi32(b, 16)));
      p += 2 * stride;
      target += vectors * 64;
    }
    if (keys % 2) {
      _mm512_storeu_si512(
          target, _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, p)));
    }
  }
}

// Asks for one head's numbers of some keys.
CK_INLINE void pairs_ask(const char *rows, size_t stride, size_t keys, size_t bytes) {
  for (size_t j = 0; j < keys; j++) {
    for (size_t i = 0; i < bytes; i += 64) {
      _mm_prefetch(rows + j * stride + i, _MM_HINT_T1);
    }
  }
}

// Scores of all lines with one block of keys.
CK_INLINE void pairs_scores(
    size_t size, const char *key, size_t stride, size_t keys, size_t lines,
    const attention_scratch *s) {
  const size_t bytes = pairs_query_bytes(size), direct = PAIRS_DIRECT * 16;
  size_t j = 0;
  if (lines <= PAIRS_FEW_LINES) {
    // Whole panels only: a panel that is incomplete comes last.
    for (; j < keys / PAIRS_PANEL * PAIRS_PANEL; j += direct) {
      const char *first = key + j * stride;
      const pairs_rows x = {s->pairs, bytes, 0};
      const pairs_weights w = {first, stride};
      pairs_ask(first + direct * stride, stride, direct, size * 2);
      pairs_directs_keys(lines, x, w, size, s->scores + j, CK_KEY_BLOCK);
    }
  }
  for (; j < keys; j += PAIRS_PANEL) {
    for (size_t v = 0; v < PAIRS_VECTORS; v++) {
      const size_t from = j + v * 16, exist = keys > from ? smaller(keys - from, 16) : 0;
      for (size_t b = 0; b < pairs_blocks(size); b++) {
        pairs_turn_some(
            key + from * stride + b * 64, stride, exist, smaller(size - b * PAIRS_BLOCK, PAIRS_BLOCK),
            s->panel + (b * 16 * PAIRS_VECTORS + v) * 64);
      }
    }
    for (size_t v = 0; v < lines; v += PAIRS_ROWS) {
      const pairs_rows x = {s->pairs + v * bytes, bytes, 0};
      pairs_tiles_4(
          smaller(lines - v, PAIRS_ROWS), x, s->panel, (size + 1) / 2, 1,
          s->scores + v * CK_KEY_BLOCK + j, CK_KEY_BLOCK);
    }
  }
}

// Adds numerators times values for few lines and four vectors of the head.
CK_INLINE void pairs_direct_values(
    const int lines, const char *values, size_t stride, size_t keys, const char *numerators,
    float *sums, size_t padded) {
  __m512i low, high;
  {
    uint16_t order[64];
    for (uint16_t i = 0; i < 32; i++) {
      order[2 * i] = i;
      order[2 * i + 1] = (uint16_t)(32 + i);
    }
    low = _mm512_loadu_si512(order);
    high = _mm512_loadu_si512(order + 32);
  }
  vf acc[PAIRS_FEW_LINES][4];
#pragma clang loop unroll(full)
  for (int r = 0; r < lines; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++) {
      acc[r][v] = v_load(sums + (size_t)r * padded + (size_t)v * CK_LANES);
    }
  }
  for (size_t j = 0; j < keys; j += 2) {
    const char *p = values + j * stride, *next = j + 1 < keys ? p + stride : p;
    const __mmask32 exists = j + 1 < keys ? ~(__mmask32)0 : 0;
    _mm_prefetch(p + 32 * stride, _MM_HINT_T0);
    _mm_prefetch(p + 32 * stride + 64, _MM_HINT_T0);
    _mm_prefetch(p + 33 * stride, _MM_HINT_T0);
    _mm_prefetch(p + 33 * stride + 64, _MM_HINT_T0);
    __m512bh y[4];
#pragma clang loop unroll(full)
    for (int half = 0; half < 2; half++) {
      const __m512i a = _mm512_loadu_si512(p + half * 64);
      const __m512i b = _mm512_maskz_loadu_epi16(exists, next + half * 64);
      y[2 * half] = (__m512bh)_mm512_permutex2var_epi16(a, low, b);
      y[2 * half + 1] = (__m512bh)_mm512_permutex2var_epi16(a, high, b);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < lines; r++) {
      const __m512bh x = pairs_input(numerators + (size_t)r * CK_KEY_BLOCK * 2 + j * 2);
#pragma clang loop unroll(full)
      for (int v = 0; v < 4; v++) {
        acc[r][v] = _mm512_dpbf16_ps(acc[r][v], x, y[v]);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < lines; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++) {
      v_store(sums + (size_t)r * padded + (size_t)v * CK_LANES, acc[r][v]);
    }
  }
}

#define CK_CASE_PAIRS_VALUES(n)                                                                    \
  case n:                                                                                          \
    pairs_direct_values(n, value + i * 2, stride, keys, s->numerators, s->sums + i, s->padded);    \
    break;

// Adds numerators times values of one block for all lines.
CK_INLINE void pairs_values(
    size_t size, const char *value, size_t stride, size_t keys, size_t lines,
    const attention_scratch *s) {
  if (lines <= PAIRS_FEW_LINES && size % 64 == 0) {
    for (size_t i = 0; i < size; i += 64) {
      switch (lines) {
      CK_CASE_PAIRS_VALUES(1) CK_CASE_PAIRS_VALUES(2) CK_CASE_PAIRS_VALUES(3)
      CK_CASE_PAIRS_VALUES(4)
      default: break;
      }
    }
    return;
  }
  const size_t vectors = s->padded / CK_LANES, most = pairs_value_vectors(vectors);
  for (size_t part = 0; part < vectors; part += most) {
    const size_t count = smaller(vectors - part, most);
    pairs_lay_values(
        value + part * 32, stride, keys, count, size - part * CK_LANES, s->laid_values);
    const size_t tile = count > PAIRS_VECTORS ? PAIRS_WIDE_ROWS : PAIRS_ROWS;
    for (size_t v = 0; v < lines; v += tile) {
      const pairs_rows x = {s->numerators + v * CK_KEY_BLOCK * 2, CK_KEY_BLOCK * 2, 0};
      pairs_tiles(
          smaller(lines - v, tile), count, x, s->laid_values, (keys + 1) / 2, 0,
          s->sums + v * s->padded + part * CK_LANES, s->padded);
    }
  }
}

// One block of keys for all lines; `keys` of them.
CK_TARGET static void attend_pairs_block(
    const ck_attention *q, size_t first, size_t lines, size_t kv_head, size_t start, size_t keys,
    const attention_scratch *s) {
  const size_t size = q->head_size, stride = q->kv_heads * size * 2;
  const size_t group = q->heads / q->kv_heads;
  const size_t offset = start * stride + kv_head * size * 2;
  const char *key = (const char *)q->keys + offset, *value = (const char *)q->values + offset;
  // One head's numbers are far apart: no stream that the processor would see ahead.
  pairs_ask(value, stride, keys, size * 2);
  pairs_scores(size, key, stride, keys, lines, s);
  for (size_t v = 0; v < lines; v++) {
    size_t from, to;
    visible(q, first + v / group, start, keys, &from, &to);
    softmax_row(
        s->scores + v * CK_KEY_BLOCK, from, to, keys, q->scale, q->soft_cap, &s->largest[v],
        &s->total[v], s->sums + v * s->padded, s->padded);
    pairs_round_line(
        s->scores + v * CK_KEY_BLOCK, keys, (keys + 1) / 2 * 2, s->numerators + v * CK_KEY_BLOCK * 2);
  }
  pairs_ask(key + keys * stride, stride, keys, size * 2);
  pairs_values(size, value, stride, keys, lines, s);
}
