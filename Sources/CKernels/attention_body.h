// Scaled dot-product attention, one key head and a block of rows at a time. The query heads that
// share the key head are further rows ("lines" here): line v is query head v % group of row v /
// group.
//
// Keys are taken in blocks of CK_KEY_BLOCK whose borders are multiples of it, counted from key 0.
// Per block: keys are transposed into tiles so that lanes are keys, scores are formed by going
// along the head, the running maximum and sum of the softmax are updated, and the weighted values
// are added in the order of the keys. A row's result therefore depends on its own range alone, as
// long as the keys and values that it does not see are finite. Memory does not grow with the number
// of keys.

#define CK_KEY_BLOCK 256
// Keys per transposed tile: two vectors.
#define CK_KEY_TILE (2 * CK_LANES)

typedef float four __attribute__((vector_size(16)));

// Where the parts of the scratch lie.
typedef struct attention_scratch {
  float *tile;     // [head_size][CK_KEY_TILE]: transposed keys
  float *query;    // [lines][head_size]
  float *scores;   // [lines][CK_KEY_BLOCK]: scores, then softmax numerators
  float *sums;     // [lines][padded]: weighted values
  float *largest;  // [lines]: running maximum of the scores
  float *total;    // [lines]: running sum of the numerators
  size_t *from;    // [lines]: first visible key in the block, from its start
  size_t *to;      // [lines]: end of the visible keys
  size_t padded;   // head_size rounded up to whole vectors
#if CK_HAS_DOT_BF16
  char *pairs;        // [lines][blocks of 32]: queries of bfloat16
  char *panel;        // turned keys
  char *numerators;   // [lines][CK_KEY_BLOCK]: scores' numerators of bfloat16
  char *laid_values;  // [pair of keys][vectors][16][2]
#else
  float *wide_keys;    // [CK_KEY_TILE][head_size]
  float *wide_values;  // [CK_KEY_BLOCK][head_size]
#endif
} attention_scratch;

CK_INLINE size_t padded_head(size_t head_size) {
  return (head_size + CK_LANES - 1) / CK_LANES * CK_LANES;
}


CK_INLINE four load_four(const float *p) {
  four v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

// Keys [count][stride] of one head to tile [head_size][CK_KEY_TILE]; missing keys become zeros.
CK_INLINE void transpose_keys(
    const float *keys, size_t stride, size_t count, size_t head_size, float *tile) {
  size_t j = 0;
  for (; j + 4 <= count; j += 4) {
    const float *p = keys + j * stride;
    size_t d = 0;
    for (; d + 4 <= head_size; d += 4) {
      const four a = load_four(p + d), b = load_four(p + stride + d);
      const four c = load_four(p + 2 * stride + d), e = load_four(p + 3 * stride + d);
      const four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
      const four ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
      const four ce = __builtin_shufflevector(c, e, 0, 4, 1, 5);
      const four ce2 = __builtin_shufflevector(c, e, 2, 6, 3, 7);
      const four out[4] = {
          __builtin_shufflevector(ab, ce, 0, 1, 4, 5), __builtin_shufflevector(ab, ce, 2, 3, 6, 7),
          __builtin_shufflevector(ab2, ce2, 0, 1, 4, 5),
          __builtin_shufflevector(ab2, ce2, 2, 3, 6, 7)};
      for (size_t k = 0; k < 4; k++) {
        __builtin_memcpy(tile + (d + k) * CK_KEY_TILE + j, &out[k], sizeof out[k]);
      }
    }
    for (; d < head_size; d++) {
      for (size_t k = 0; k < 4; k++) {
        tile[d * CK_KEY_TILE + j + k] = p[k * stride + d];
      }
    }
  }
  for (; j < CK_KEY_TILE; j++) {
    for (size_t d = 0; d < head_size; d++) {
      tile[d * CK_KEY_TILE + j] = j < count ? keys[j * stride + d] : 0.0f;
    }
  }
}

// Dot products of `rows` queries with the keys of a tile.
CK_INLINE void score_tile(
    const int rows, const float *query, size_t stride, size_t head_size, const float *tile,
    float *scores) {
  vf acc[CK_SCORE_ROWS][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    acc[r][0] = acc[r][1] = v_zero();
  }
  for (size_t d = 0; d < head_size; d++) {
    const vf first = v_load(tile + d * CK_KEY_TILE);
    const vf second = v_load(tile + d * CK_KEY_TILE + CK_LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const vf q = v_set(query[(size_t)r * stride + d]);
      acc[r][0] = v_fma(q, first, acc[r][0]);
      acc[r][1] = v_fma(q, second, acc[r][1]);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    v_store(scores + (size_t)r * CK_KEY_BLOCK, acc[r][0]);
    v_store(scores + (size_t)r * CK_KEY_BLOCK + CK_LANES, acc[r][1]);
  }
}

// Scores of a row to softmax numerators, over the keys from ..< to of the block; the others become
// 0.
CK_INLINE void softmax_row(
    float *scores, size_t from, size_t to, size_t keys, float scale, float soft_cap,
    float *largest, float *total, float *sums, size_t padded) {
  const vf lowest = v_set(-__builtin_inff());
  if (from >= to) {
    for (size_t i = 0; i < keys; i += CK_LANES) {
      v_store(scores + i, v_zero());
    }
    return;
  }
  const size_t begin = from / CK_LANES * CK_LANES;
  vf best = lowest;
  for (size_t i = begin; i < to; i += CK_LANES) {
    vf s = v_load(scores + i) * v_set(scale);
    if (soft_cap != 0) {
      s = v_set(soft_cap) * v_tanh(s / v_set(soft_cap));
    }
    if (i < from || to - i < CK_LANES) {
      s = v_keep(s, from > i ? from - i : 0, to - i < CK_LANES ? to - i : CK_LANES, lowest);
    }
    best = v_max(s, best);
    v_store(scores + i, s);
  }
  const float block = v_largest(best);
  const float next = block > *largest ? block : *largest;
  // While every score is minus infinity there is nothing to shift by; NaN would come of it.
  const vf shift = v_set(next == -__builtin_inff() ? 0.0f : next);
  vf sum = v_zero();
  for (size_t i = 0; i < begin; i += CK_LANES) {
    v_store(scores + i, v_zero());
  }
  for (size_t i = begin; i < to; i += CK_LANES) {
    const vf p = v_exp(v_load(scores + i) - shift);
    sum = sum + p;
    v_store(scores + i, p);
  }
  for (size_t i = (to + CK_LANES - 1) / CK_LANES * CK_LANES; i < keys; i += CK_LANES) {
    v_store(scores + i, v_zero());
  }
  float fade[CK_LANES];
  v_store(fade, v_exp(v_set(*largest) - shift));
  *total = *total * fade[0] + v_sum(sum);
  if (next != *largest) {
    for (size_t i = 0; i < padded; i += CK_LANES) {
      v_store(sums + i, v_load(sums + i) * v_set(fade[0]));
    }
  }
  *largest = next;
}

// Adds numerators x values over the keys from ..< to, for `vectors` vectors of the head; the last
// has `left` numbers.
CK_INLINE void value_tile(
    const int rows, const int vectors, const float *scores, const float *values, size_t stride,
    size_t from, size_t to, size_t left, float *sums, size_t padded) {
  vf acc[CK_VALUE_ROWS][CK_VALUE_VECTORS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int k = 0; k < vectors; k++) {
      acc[r][k] = v_load(sums + (size_t)r * padded + (size_t)k * CK_LANES);
    }
  }
  for (size_t j = from; j < to; j++) {
    const float *row = values + j * stride;
    vf v[CK_VALUE_VECTORS];
#pragma clang loop unroll(full)
    for (int k = 0; k < vectors; k++) {
      v[k] = k + 1 < vectors || left == CK_LANES ? v_load(row + (size_t)k * CK_LANES)
                                                 : v_load_n(row + (size_t)k * CK_LANES, left);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const vf p = v_set(scores[(size_t)r * CK_KEY_BLOCK + j]);
#pragma clang loop unroll(full)
      for (int k = 0; k < vectors; k++) {
        acc[r][k] = v_fma(p, v[k], acc[r][k]);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int k = 0; k < vectors; k++) {
      v_store(sums + (size_t)r * padded + (size_t)k * CK_LANES, acc[r][k]);
    }
  }
}

// A function of its own per number of vectors keeps the accumulators in registers.
#define CK_VALUE_TILE(vectors)                                                                     \
  CK_TARGET static void value_tile_##vectors(                                                      \
      size_t rows, const float *scores, const float *values, size_t stride, size_t from,           \
      size_t to, size_t left, float *sums, size_t padded) {                                        \
    if (rows == CK_VALUE_ROWS) {                                                                   \
      value_tile(                                                                                  \
          CK_VALUE_ROWS, vectors, scores, values, stride, from, to, left, sums, padded);           \
      return;                                                                                      \
    }                                                                                              \
    size_t r = 0;                                                                                  \
    for (; r + 2 <= rows; r += 2) {                                                                \
      value_tile(                                                                                  \
          2, vectors, scores + r * CK_KEY_BLOCK, values, stride, from, to, left,                   \
          sums + r * padded, padded);                                                              \
    }                                                                                              \
    if (r < rows) {                                                                                \
      value_tile(                                                                                  \
          1, vectors, scores + r * CK_KEY_BLOCK, values, stride, from, to, left,                   \
          sums + r * padded, padded);                                                              \
    }                                                                                              \
  }
CK_VALUE_TILE(1)
CK_VALUE_TILE(2)
CK_VALUE_TILE(3)
#if CK_VALUE_VECTORS > 3
CK_VALUE_TILE(4)
#endif
#if CK_VALUE_VECTORS > 4
CK_VALUE_TILE(5)
#endif

CK_INLINE void add_values(
    size_t rows, const float *scores, const float *values, size_t stride, size_t from, size_t to,
    size_t head_size, float *sums, size_t padded) {
  const size_t vectors = padded / CK_LANES;
  // Equal shares, so that no short one is left over.
  const size_t parts = (vectors + CK_VALUE_VECTORS - 1) / CK_VALUE_VECTORS;
  for (size_t part = 0; part < parts; part++) {
    const size_t start = vectors * part / parts * CK_LANES;
    const size_t end = vectors * (part + 1) / parts * CK_LANES;
    const size_t left = end > head_size ? head_size % CK_LANES : CK_LANES;
    const float *v = values + start;
    float *s = sums + start;
    switch ((end - start) / CK_LANES) {
    case 1: value_tile_1(rows, scores, v, stride, from, to, left, s, padded); break;
    case 2: value_tile_2(rows, scores, v, stride, from, to, left, s, padded); break;
    case 3: value_tile_3(rows, scores, v, stride, from, to, left, s, padded); break;
#if CK_VALUE_VECTORS > 3
    case 4: value_tile_4(rows, scores, v, stride, from, to, left, s, padded); break;
#endif
#if CK_VALUE_VECTORS > 4
    case 5: value_tile_5(rows, scores, v, stride, from, to, left, s, padded); break;
#endif
    default: break;
    }
  }
}

#if CK_HAS_DOT_BF16
CK_INLINE size_t attention_pairs_bytes(size_t lines, size_t head_size);
#endif

CK_TARGET static size_t attention_scratch_bytes(size_t lines, size_t head_size, ck_element element) {
  const size_t floats = head_size * CK_KEY_TILE + lines * CK_KEY_BLOCK + lines * head_size
      + lines * padded_head(head_size) + 2 * lines;
  const size_t bytes = (floats + 1) * sizeof(float) + 2 * lines * sizeof(size_t);
  if (element == CK_ELEMENT_FLOAT32) {
    return bytes;
  }
#if CK_HAS_DOT_BF16
  return bytes + attention_pairs_bytes(lines, head_size);
#else
  return bytes + (CK_KEY_TILE + CK_KEY_BLOCK) * head_size * sizeof(float);
#endif
}

CK_INLINE size_t clamped(int32_t value, size_t low, size_t high) {
  const size_t positive = value < 0 ? 0 : (size_t)value;
  return positive < low ? low : positive > high ? high : positive;
}

// Part of the keys lower ..< upper of row r that lies in the block start ..< start + keys.
CK_INLINE void visible(
    const ck_attention *q, size_t r, size_t start, size_t keys, size_t *from, size_t *to) {
  const size_t low = clamped(q->lower[r], 0, q->key_count);
  const size_t high = clamped(q->upper[r], low, q->key_count);
  *from = low < start ? 0 : smaller(low - start, keys);
  *to = high < start ? 0 : smaller(high - start, keys);
}

#if CK_HAS_DOT_BF16
#include "attention_pairs_body.h"
#else
// Numbers of one head of some keys, [count][width] to [count][size].
CK_INLINE void widen_rows(
    const char *source, size_t width, size_t count, size_t size, float *target) {
  for (size_t j = 0; j < count; j++) {
    const char *row = source + j * width * 2;
    for (size_t i = 0; i < size; i += CK_LANES) {
      const size_t n = smaller(size - i, CK_LANES);
      v_store_n(target + j * size + i, v_load_bf16_n(row + i * 2, n), n);
    }
  }
}
#endif

// One block of keys for all lines; `keys` of them.
CK_TARGET static void attend_block(
    const ck_attention *q, size_t first, size_t lines, size_t kv_head, size_t start, size_t keys,
    const attention_scratch *s) {
  const size_t size = q->head_size, key_width = q->kv_heads * size;
  const size_t group = q->heads / q->kv_heads;
  const size_t offset = start * key_width + kv_head * size;
  const float *key = (const float *)q->keys + offset;
  const float *value = (const float *)q->values + offset;
  size_t value_width = key_width;
#if !CK_HAS_DOT_BF16
  const int is_wide = q->element == CK_ELEMENT_FLOAT32;
  const char *narrow_key = (const char *)q->keys + offset * 2;
  if (!is_wide) {
    const char *narrow_value = (const char *)q->values + offset * 2;
    widen_rows(narrow_value, key_width, keys, size, s->wide_values);
    value = s->wide_values;
    value_width = size;
  }
#endif
  for (size_t j = 0; j < keys; j += CK_KEY_TILE) {
    const size_t count = smaller(keys - j, CK_KEY_TILE);
#if !CK_HAS_DOT_BF16
    if (!is_wide) {
      widen_rows(narrow_key + j * key_width * 2, key_width, count, size, s->wide_keys);
      transpose_keys(s->wide_keys, size, count, size, s->tile);
    } else
#endif
    {
      transpose_keys(key + j * key_width, key_width, count, size, s->tile);
    }
    float *scores = s->scores + j;
    size_t v = 0;
    for (; v + CK_SCORE_ROWS <= lines; v += CK_SCORE_ROWS) {
      score_tile(
          CK_SCORE_ROWS, s->query + v * size, size, size, s->tile, scores + v * CK_KEY_BLOCK);
    }
    for (; v + 4 <= lines; v += 4) {
      score_tile(4, s->query + v * size, size, size, s->tile, scores + v * CK_KEY_BLOCK);
    }
    for (; v + 2 <= lines; v += 2) {
      score_tile(2, s->query + v * size, size, size, s->tile, scores + v * CK_KEY_BLOCK);
    }
    if (v < lines) {
      score_tile(1, s->query + v * size, size, size, s->tile, scores + v * CK_KEY_BLOCK);
    }
  }
  for (size_t v = 0; v < lines; v++) {
    visible(q, first + v / group, start, keys, &s->from[v], &s->to[v]);
    softmax_row(
        s->scores + v * CK_KEY_BLOCK, s->from[v], s->to[v], keys, q->scale, q->soft_cap,
        &s->largest[v], &s->total[v], s->sums + v * s->padded, s->padded);
  }
  for (size_t v = 0; v < lines; v += CK_VALUE_ROWS) {
    const size_t count = smaller(lines - v, CK_VALUE_ROWS);
    size_t from = keys, to = 0;
    for (size_t k = v; k < v + count; k++) {
      if (s->from[k] < s->to[k]) {
        from = smaller(from, s->from[k]);
        to = s->to[k] > to ? s->to[k] : to;
      }
    }
    add_values(
        count, s->scores + v * CK_KEY_BLOCK, value, value_width, from, to, size,
        s->sums + v * s->padded, s->padded);
  }
}

CK_TARGET static void attention(
    const ck_attention *q, size_t first, size_t end, size_t kv_head, void *scratch) {
  const size_t size = q->head_size, width = q->heads * size, group = q->heads / q->kv_heads;
  const size_t lines = (end - first) * group;
  attention_scratch s;
  s.padded = padded_head(size);
  s.tile = (float *)scratch;
  s.query = s.tile + size * CK_KEY_TILE;
  s.scores = s.query + lines * size;
  s.sums = s.scores + lines * CK_KEY_BLOCK;
  s.largest = s.sums + lines * s.padded;
  s.total = s.largest + lines;
  // One float of slack makes the address a multiple of the size of size_t.
  s.from = (size_t *)(((uintptr_t)(s.total + lines) + 7) / 8 * 8);
  s.to = s.from + lines;
#if CK_HAS_DOT_BF16
  s.pairs = (char *)(((uintptr_t)(s.to + lines) + 63) / 64 * 64);
  s.panel = s.pairs + lines * pairs_query_bytes(size);
  s.numerators = s.panel + pairs_blocks(size) * 16 * PAIRS_VECTORS * 64;
  s.laid_values = s.numerators + lines * CK_KEY_BLOCK * 2;
  const int in_pairs = q->element != CK_ELEMENT_FLOAT32;
#else
  s.wide_keys = (float *)(s.to + lines);
  s.wide_values = s.wide_keys + CK_KEY_TILE * size;
#endif

  size_t low = q->key_count, high = 0;
  for (size_t v = 0; v < lines; v++) {
    const size_t row = first + v / group;
    size_t from, to;
    visible(q, row, 0, q->key_count, &from, &to);
    if (from < to) {
      low = smaller(low, from);
      high = to > high ? to : high;
    }
    const float *line = q->query + row * width + (kv_head * group + v % group) * size;
    __builtin_memcpy(s.query + v * size, line, size * sizeof(float));
#if CK_HAS_DOT_BF16
    if (in_pairs) {
      const size_t bytes = pairs_query_bytes(size);
      pairs_round_line(line, size, bytes / 2, s.pairs + v * bytes);
    }
#endif
    s.largest[v] = -__builtin_inff();
    s.total[v] = 0;
    for (size_t i = 0; i < s.padded; i += CK_LANES) {
      v_store(s.sums + v * s.padded + i, v_zero());
    }
  }
  for (size_t start = low / CK_KEY_BLOCK * CK_KEY_BLOCK; start < high; start += CK_KEY_BLOCK) {
    const size_t keys = smaller(high - start, CK_KEY_BLOCK);
#if CK_HAS_DOT_BF16
    if (in_pairs) {
      attend_pairs_block(q, first, lines, kv_head, start, keys, &s);
      continue;
    }
#endif
    attend_block(q, first, lines, kv_head, start, keys, &s);
  }
  for (size_t v = 0; v < lines; v++) {
    const size_t row = first + v / group;
    float *out = q->output + row * width + (kv_head * group + v % group) * size;
    size_t from, to;
    visible(q, row, 0, q->key_count, &from, &to);
    for (size_t i = 0; i < size; i += CK_LANES) {
      const vf sum = v_load(s.sums + v * s.padded + i);
      const vf mean = from < to ? sum / v_set(s.total[v]) : v_zero();
      v_store_n(out + i, mean, smaller(size - i, CK_LANES));
    }
  }
}
