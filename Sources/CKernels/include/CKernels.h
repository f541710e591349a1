#pragma once

// Numeric kernels, one table of functions per instruction set.
//
// Conventions: matrices are row-major with contiguous rows; `float` is IEEE binary32; no pointer
// needs more alignment than its element type, and weights need none at all. Nothing here allocates,
// keeps state, or reports errors: callers check sizes. NaN and infinity go through as IEEE
// arithmetic says.
//
// Every result is a function of its own row alone: the order of additions depends on the length of
// the row and on the table, never on how many rows are computed together or how the work is
// divided.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Instruction sets that a table may be written for.
typedef enum ck_family {
  CK_FAMILY_PORTABLE = 0,
  CK_FAMILY_AVX2 = 1,
  CK_FAMILY_AVX512_BF16 = 2,
  CK_FAMILY_NEON = 3,
} ck_family;

/// Number formats of stored weights.
typedef enum ck_element {
  CK_ELEMENT_FLOAT32 = 0,
  CK_ELEMENT_FLOAT16 = 1,
  CK_ELEMENT_BFLOAT16 = 2,
  /// bfloat16, and inputs may be rounded to bfloat16 as well. CK_FAMILY_AVX512_BF16 does so and is
  /// twice as fast; to the others it means the same as CK_ELEMENT_BFLOAT16.
  CK_ELEMENT_BFLOAT16_BOTH = 3,
} ck_element;

/// A linear layer: output[r, o] = sum over i of input[r, i] * weights[o, i], plus bias[o].
typedef struct ck_linear {
  const void *weights;      ///< [outputs, inputs], any alignment
  ck_element element;       ///< number format of `weights`
  size_t inputs;            ///< numbers per input row
  size_t outputs;           ///< numbers per output row
  size_t rows;              ///< rows of `packed` and `output`
  const void *packed;       ///< input rows as `pack_rows` writes them
  const float *bias;        ///< [outputs], or NULL
  float *output;            ///< [rows, outputs]
} ck_linear;

/// A linear layer with weights of 8 or 4 bits: as ck_linear, with inputs rounded to 8 bits.
///
/// Weights lie in blocks of 16 outputs, a block in groups of 128 inputs, a group in parts of 32
/// inputs; the last group may have fewer parts. Outputs and inputs that do not exist weigh zero.
/// A group begins with a head of 64 bytes, and its parts follow:
///
/// 8 bits: the head is scale[16], float32. A part is value[8][16][4], int8: four neighbouring inputs
/// of each output. weight = scale * value.
///
/// 4 bits: the head is scale[16], bfloat16, and factors[16], uint16: bits 4p ..< 4p + 4 belong to part
/// p. A part is byte[4][16][4]; the low half of byte[j][o][k] is input 4j + k, the high half input
/// 16 + 4j + k. weight = scale * factor * (half - 8).
///
/// Inputs are rounded by group: value = round(x / s), s = largest |x| / 127. A group's sum of
/// products is exact; sums are added in ascending order, each times its two scales, in float32.
typedef struct ck_quantized {
  const void *weights;      ///< 64-byte aligned
  int bits;                 ///< 8 or 4
  size_t inputs;            ///< numbers per input row
  size_t outputs;           ///< numbers per output row
  size_t rows;              ///< rows of `packed` and `output`
  const void *packed;       ///< input rows as `quantize_rows` writes them
  const float *bias;        ///< [outputs], or NULL
  float *output;            ///< [rows, outputs]
} ck_quantized;

/// Tells the processor that the caller looks at a variable again and again.
static inline void ck_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Bytes of quantized weights; 0 when they would not fit a size.
size_t ck_quantized_bytes(int bits, size_t inputs, size_t outputs);

/// Rounds a block of weights, the nearest values for 8 bits, and for 4 bits the factors with the
/// least squared error.
///
/// `weights` is [valid, inputs], the outputs of the block that exist, at most 16; `target` receives
/// ck_quantized_bytes(bits, inputs, 16) bytes. Returns false when a weight is not finite.
bool ck_quantize_weights(
    const float *weights, size_t valid, size_t inputs, int bits, void *target);

/// Widens one output of quantized weights to float32.
void ck_dequantize_weights(
    const void *weights, int bits, size_t inputs, size_t output, float *target);

/// Scaled dot-product attention. Row r sees the keys lower[r] ..< upper[r], inside 0 ..< key_count;
/// query head h reads key and value head h / (heads / kv_heads).
///
/// Over bfloat16 keys and values CK_FAMILY_AVX512_BF16 rounds queries, and the numerators of the
/// softmax before they meet the values, to bfloat16; the others compute in float32.
typedef struct ck_attention {
  const float *query;       ///< [rows, heads * head_size]
  const void *keys;         ///< [key_count, kv_heads * head_size] of `element`
  const void *values;       ///< [key_count, kv_heads * head_size] of `element`
  ck_element element;       ///< CK_ELEMENT_FLOAT32 or CK_ELEMENT_BFLOAT16
  size_t rows;
  size_t heads;
  size_t kv_heads;
  size_t head_size;
  size_t key_count;
  float scale;              ///< factor on every dot product
  float soft_cap;           ///< s becomes soft_cap * tanh(s / soft_cap); 0 for none
  const int32_t *lower;     ///< [rows]
  const int32_t *upper;     ///< [rows]
  float *output;            ///< [rows, heads * head_size]
} ck_attention;

/// The functions of one instruction set.
typedef struct ck_table {
  ck_family family;

  /// Whether bfloat16 numbers are multiplied without being widened first.
  bool multiplies_bfloat16;

  /// Rows that share one register tile. Packed rows are grouped by this number.
  size_t tile_rows;

  /// Bytes per row of packed input. A linear call over `rows` rows needs rows times this much.
  size_t (*packed_row_bytes)(ck_element element, size_t inputs);

  /// Packs rows first ..< end of input [rows, inputs] for weights of `element`. `first` is a
  /// multiple of `tile_rows`; `end` is too, or it is `rows`. `packed` is the start of the whole
  /// buffer, 64-byte aligned.
  void (*pack_rows)(
      const float *input, size_t rows, size_t inputs, ck_element element, size_t first, size_t end,
      void *packed);

  /// Bytes of scratch, 64-byte aligned, that one `linear` call needs.
  size_t (*linear_scratch_bytes)(ck_element element, size_t inputs, size_t rows);

  /// Computes outputs first ..< end of every row.
  void (*linear)(const ck_linear *layer, size_t first, size_t end, void *scratch);

  /// Bytes per row of quantized input.
  size_t (*quantized_row_bytes)(size_t inputs);

  /// Rounds rows first ..< end of input [rows, inputs]; `packed` is the start of the whole buffer,
  /// 64-byte aligned. A group with an infinity or a NaN makes every output of its row a NaN.
  void (*quantize_rows)(
      const float *input, size_t inputs, size_t first, size_t end, void *packed);

  /// Bytes of scratch, 64-byte aligned, that one `quantized_linear` call needs.
  size_t (*quantized_scratch_bytes)(int bits, size_t inputs, size_t rows);

  /// Computes outputs first ..< end of every row; `first` is a multiple of 16.
  void (*quantized_linear)(const ck_quantized *layer, size_t first, size_t end, void *scratch);

  /// (x - mean) / sqrt(variance + epsilon) * gain + bias per row of [rows, columns].
  void (*layer_norm)(
      const float *input, size_t rows, size_t columns, const float *gain, const float *bias,
      float epsilon, float *output);

  /// x / sqrt(mean(x * x) + epsilon) * (1 + weight) per row of [rows, columns].
  void (*rms_norm)(
      const float *input, size_t rows, size_t columns, const float *weight, float epsilon,
      float *output);

  /// 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), in place.
  void (*gelu_tanh)(float *values, size_t count);

  /// gate = gelu_tanh(gate) * up.
  void (*gated_gelu)(float *gate, const float *up, size_t count);

  /// target += source.
  void (*add)(const float *source, float *target, size_t count);

  /// values *= factor.
  void (*scale)(float *values, float factor, size_t count);

  /// cap * tanh(x / cap), in place.
  void (*soft_cap)(float *values, float cap, size_t count);

  /// Half-split rotary embedding of values [rows, heads * head_size] by the angles
  /// (float)positions[r] * frequencies[i], rounded to float32; frequencies [head_size / 2].
  void (*rotate)(
      float *values, size_t rows, size_t heads, size_t head_size, const int32_t *positions,
      const float *frequencies);

  /// Bytes of scratch, 64-byte aligned, for `attention` over `lines` rows times query heads per key
  /// head.
  size_t (*attention_scratch_bytes)(size_t lines, size_t head_size, ck_element element);

  /// Rows first ..< end of the query heads that read one key head.
  void (*attention)(
      const ck_attention *request, size_t first, size_t end, size_t kv_head, void *scratch);

  /// Rounds to bfloat16: to the nearest, ties to even; NaN stays NaN.
  void (*to_bfloat16)(const float *values, size_t count, uint16_t *target);

  /// log(sum(exp(x))); minus infinity when `count` is 0. The largest value is returned when it is
  /// infinite.
  float (*log_sum_exp)(const float *values, size_t count);

  /// Index of the first of the largest values; NaN is ignored; 0 when nothing exceeds minus
  /// infinity.
  size_t (*argmax)(const float *values, size_t count);

  /// Arithmetic in registers, as fast as it goes, with float32, with bfloat16 weights and with 8-bit
  /// numbers: returns the multiplications and additions done in `rounds` rounds. `sink` keeps the
  /// compiler from leaving them out.
  double (*spin_float32)(size_t rounds, float *sink);
  double (*spin_bfloat16)(size_t rounds, float *sink);
  double (*spin_int8)(size_t rounds, float *sink);

  /// Reads `bytes` bytes, a multiple of 512, and returns a number that depends on them.
  float (*read_memory)(const void *memory, size_t bytes);
} ck_table;

/// The table of a family, or NULL when this build lacks it or this machine cannot run it.
const ck_table *ck_table_for(ck_family family);

#ifdef __cplusplus
}
#endif
