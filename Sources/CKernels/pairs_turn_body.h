// Turning rows of bfloat16 numbers, so that lanes are rows and a vector holds one pair of each.

enum {
  PAIRS_BLOCK = 32,        // inputs that are turned at once
  PAIRS_VECTORS = 4,       // of 16 outputs in a panel
  PAIRS_ROWS = 6,          // of a tile: 24 sums, 4 weights and 1 input fill 29 of 32 registers
  PAIRS_WIDE_VECTORS = 5,  // of the widest tile
  PAIRS_WIDE_ROWS = 4,     // and its rows
  PAIRS_DIRECT = 2,        // vectors of 16 outputs whose weights are turned in registers
  PAIRS_FEW_ROWS = 8,      // of such a tile
  PAIRS_FEW = 16,          // rows that do so
  PAIRS_CHUNK = 1152,      // inputs
};
#define PAIRS_PANEL ((size_t)(PAIRS_VECTORS * 16))

CK_INLINE size_t pairs_blocks(size_t inputs) { return (inputs + PAIRS_BLOCK - 1) / PAIRS_BLOCK; }

// 16 bytes of each of four outputs, `mask` of them, side by side.
CK_INLINE __m512i pairs_quarters(
    const char *a, const char *b, const char *c, const char *d, __mmask8 mask) {
  const __m128i first = _mm_maskz_loadu_epi16(mask, a);
  const __m128i second = _mm_maskz_loadu_epi16(mask, b);
  const __m128i third = _mm_maskz_loadu_epi16(mask, c);
  const __m128i fourth = _mm_maskz_loadu_epi16(mask, d);
  const __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);
  const __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(third), fourth, 1);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}
// The same for whole quarters: the loads put them where they belong.
CK_INLINE __m512i pairs_whole_quarters(
    const char *a, const char *b, const char *c, const char *d) {
  __m512i all = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)a));
  all = _mm512_mask_broadcast_i32x4(all, 0x00F0, _mm_loadu_si128((const __m128i *)b));
  all = _mm512_mask_broadcast_i32x4(all, 0x0F00, _mm_loadu_si128((const __m128i *)c));
  return _mm512_mask_broadcast_i32x4(all, 0xF000, _mm_loadu_si128((const __m128i *)d));
}

// Turns a quarter of a block of 16 outputs: pairs[p] holds pair p of every output. `count` inputs of
// the quarter exist.
CK_INLINE void pairs_turn_quarter(
    const char *first, size_t stride, const int whole, size_t count, __m512i pairs[4]) {
  const __mmask8 mask = (__mmask8)(count >= 8 ? 0xFF : (1u << count) - 1);
  // The compiler must not see that the distance is the same every time: it would keep the addresses of
  // all rows on the stack.
  __asm__("" : "+r"(stride));
  const size_t four = 4 * stride;
  __m512i a[4];
#pragma clang loop unroll(full)
  for (size_t k = 0; k < 4; k++) {
    const char *p = first + k * stride;
    a[k] = whole ? pairs_whole_quarters(p, p + four, p + 2 * four, p + 3 * four)
                 : pairs_quarters(p, p + four, p + 2 * four, p + 3 * four, mask);
  }
  // Four outputs times four pairs are transposed inside each quarter of the vectors.
  const __m512i b0 = _mm512_unpacklo_epi32(a[0], a[1]), b1 = _mm512_unpackhi_epi32(a[0], a[1]);
  const __m512i b2 = _mm512_unpacklo_epi32(a[2], a[3]), b3 = _mm512_unpackhi_epi32(a[2], a[3]);
  pairs[0] = _mm512_unpacklo_epi64(b0, b2);
  pairs[1] = _mm512_unpackhi_epi64(b0, b2);
  pairs[2] = _mm512_unpacklo_epi64(b1, b3);
  pairs[3] = _mm512_unpackhi_epi64(b1, b3);
}

// A block of 16 outputs; target vectors are PAIRS_VECTORS apart.
CK_INLINE void pairs_turn(
    const char *first, size_t stride, const int whole, size_t count, char *target) {
#pragma clang loop unroll(full)
  for (size_t q = 0; q < 4; q++) {
    __m512i pairs[4];
    pairs_turn_quarter(first + q * 16, stride, whole, count > 8 * q ? count - 8 * q : 0, pairs);
#pragma clang loop unroll(full)
    for (size_t k = 0; k < 4; k++) {
      _mm512_storeu_si512(target + (4 * q + k) * PAIRS_VECTORS * 64, pairs[k]);
    }
  }
}

// `exist` of 16 outputs and `count` inputs of a block; the others weigh zero.
CK_INLINE void pairs_turn_some(
    const char *first, size_t stride, size_t exist, size_t count, char *target) {
  if (exist == 16 && count == PAIRS_BLOCK) {
    pairs_turn(first, stride, 1, count, target);
    return;
  }
  if (exist == 16) {
    pairs_turn(first, stride, 0, count, target);
    return;
  }
  char lines[16][64] = {{0}};
  for (size_t o = 0; o < exist; o++) {
    memcpy(lines[o], first + o * stride, count * 2);
  }
  pairs_turn(lines[0], 64, 1, PAIRS_BLOCK, target);
}
