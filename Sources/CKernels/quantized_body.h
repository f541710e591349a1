// Linear layers with weights of 8 and 4 bits. CKernels.h describes the weights.
//
// A row of input is [parts][32] int8, then the same as int16 where the family multiplies these, then
// a float32 scale per group, then the sums of each group's and of each part's values as int32. The
// products of a group are added exactly, in whatever order suits the family; float32 additions are
// one per group, in ascending order, so a row gives the same bits alone and among many, and 4-bit
// weights give the same bits read directly and widened to 8 bits first.
//
// Panels of 64 outputs go through the K axis in chunks of 18 groups, which stay in the second-level
// cache while all rows use them; the float32 sums grow where the output lies. Up to CK_DIRECT_LIMIT
// rows read 4-bit weights directly, more widen each chunk first.

enum {
  QUANTIZED_PANEL = 4,  // blocks
  QUANTIZED_CHUNK = 18,  // groups
};

// Up to so many rows the weights are read in the order in which they lie.
#define CK_STREAM_ROWS (4 * CK_QUANTIZED_DIRECT)

// Bytes of the numbers of a row, in all widths.
CK_INLINE size_t quantized_value_bytes(size_t inputs) {
  return quantized_parts(inputs) * QUANTIZED_PART * (CK_QUANTIZED_WIDE ? 3 : 1);
}

CK_TARGET static size_t quantized_row_bytes(size_t inputs) {
  const size_t bytes = quantized_value_bytes(inputs)
      + quantized_groups(inputs) * (sizeof(float) + sizeof(int32_t))
      + quantized_parts(inputs) * sizeof(int32_t);
  return (bytes + 63) / 64 * 64;
}

CK_TARGET static void quantize_row(const float *x, size_t inputs, char *packed) {
  const size_t groups = quantized_groups(inputs);
  int8_t *values = (int8_t *)packed;
  float *scales = (float *)(packed + quantized_value_bytes(inputs));
  int32_t *totals = (int32_t *)(scales + groups), *sums = totals + groups;
  for (size_t g = 0; g < groups; g++) {
    const size_t start = g * QUANTIZED_GROUP;
    const size_t count = smaller(inputs - start, QUANTIZED_GROUP);
    // Among magnitudes the order of the bit patterns is that of the numbers, with NaN on top.
    uint32_t most = 0;
    for (size_t i = 0; i < count; i++) {
      uint32_t bits;
      memcpy(&bits, x + start + i, sizeof bits);
      bits &= 0x7FFFFFFF;
      most = bits > most ? bits : most;
    }
    float largest;
    memcpy(&largest, &most, sizeof largest);
    const int isFinite = most < 0x7F800000;
    // Below this the factor would not be finite; such inputs count as zeros.
    const float factor = isFinite && largest > 0x1p-100f ? 127 / largest : 0;
    scales[g] = isFinite ? (factor > 0 ? largest / 127 : 0) : NAN;
    int8_t *target = values + start;
    if (!isFinite) {
      memset(target, 0, count);
    } else {
      for (size_t i = 0; i < count; i++) {
        // The last bits of the sum are the nearest integer, ties to even.
        const float shifted = x[start + i] * factor + 0x1.8p23f;
        uint32_t bits;
        memcpy(&bits, &shifted, sizeof bits);
        target[i] = (int8_t)(uint8_t)bits;
      }
    }
    const size_t padded = quantized_parts_of(inputs, g) * QUANTIZED_PART;
    memset(target + count, 0, padded - count);
#if CK_QUANTIZED_WIDE
    int16_t *wide = (int16_t *)(packed + quantized_parts(inputs) * QUANTIZED_PART) + start;
    for (size_t i = 0; i < padded; i++) {
      wide[i] = target[i];
    }
#endif
    totals[g] = 0;
    for (size_t p = 0; p < padded / QUANTIZED_PART; p++) {
      int32_t sum = 0;
      // Unrolled before it is vectorized, it would not be.
#pragma clang loop unroll(disable) vectorize(enable)
      for (size_t i = 0; i < QUANTIZED_PART; i++) {
        sum += target[p * QUANTIZED_PART + i];
      }
      sums[g * QUANTIZED_PARTS + p] = sum;
      totals[g] += sum;
    }
  }
}

CK_TARGET static void quantize_rows(
    const float *input, size_t inputs, size_t first, size_t end, void *packed) {
  const size_t bytes = quantized_row_bytes(inputs);
  for (size_t row = first; row < end; row++) {
    quantize_row(input + row * inputs, inputs, (char *)packed + row * bytes);
  }
}

// Whether rows of 4-bit weights are read as they are.
CK_INLINE int is_direct(int bits, size_t rows) { return bits == 4 && rows <= CK_DIRECT_LIMIT; }

// Scratch: the sums of an incomplete panel, then a widened chunk.
CK_TARGET static size_t quantized_scratch_bytes(int bits, size_t inputs, size_t rows) {
  (void)inputs;
  const size_t sums = rows * QUANTIZED_PANEL * QUANTIZED_OUTPUTS * sizeof(float);
  const size_t chunk = QUANTIZED_PANEL * QUANTIZED_CHUNK * quantized_group_bytes(8);
  return sums + (bits == 4 && !is_direct(bits, rows) ? chunk : 0);
}

// All rows, from their first group on.
CK_INLINE quantized_input quantized_rows(const ck_quantized *layer) {
  const char *start = (const char *)layer->packed;
  const size_t groups = quantized_groups(layer->inputs);
  quantized_input x;
  x.values = (const int8_t *)start;
  x.wide = (const int16_t *)(start + quantized_parts(layer->inputs) * QUANTIZED_PART);
  x.scales = (const float *)(start + quantized_value_bytes(layer->inputs));
  x.totals = (const int32_t *)(x.scales + groups);
  x.part_sums = x.totals + groups;
  x.stride = quantized_row_bytes(layer->inputs);
  return x;
}
CK_INLINE quantized_input at_row(quantized_input x, size_t row) {
  const size_t bytes = row * x.stride;
  x.values += bytes;
  x.wide += bytes / sizeof *x.wide;
  x.scales += bytes / sizeof *x.scales;
  x.totals += bytes / sizeof *x.totals;
  x.part_sums += bytes / sizeof *x.part_sums;
  return x;
}
CK_INLINE quantized_input at_group(quantized_input x, size_t group) {
  x.values += group * QUANTIZED_GROUP;
  x.wide += group * QUANTIZED_GROUP;
  x.scales += group;
  x.totals += group;
  x.part_sums += group * QUANTIZED_PARTS;
  return x;
}

// sums[16] += scale * scales[16] * products[16].
CK_INLINE void add_group(
    vf scale, const vf *scales, const vi *products, int clear, float *restrict sums) {
#pragma clang loop unroll(full)
  for (int v = 0; v < CK_SUM_VECTORS; v++) {
    const vf before = clear ? v_zero() : v_load(sums + v * CK_LANES);
    v_store(sums + v * CK_LANES, v_fma(v_from_int(products[v]), scale * scales[v], before));
  }
}

// Groups start ..< end of some blocks of 8-bit weights against some rows; `blocks` point to the
// blocks' first of these groups, `sums` to the first row's of the first block.
CK_INLINE void tile_8(
    const int rows, const char *const *blocks, size_t start, size_t end, size_t inputs,
    quantized_input all, float *restrict sums, size_t stride) {
  for (size_t g = start; g < end; g++) {
    const quantized_input x = at_group(all, g);
    const size_t offset = (g - start) * quantized_group_bytes(8);
    const char *w[CK_QUANTIZED_BLOCKS];
#pragma clang loop unroll(full)
    for (int b = 0; b < CK_QUANTIZED_BLOCKS; b++) {
      w[b] = blocks[b] + offset + QUANTIZED_HEAD;
    }
    vi products[CK_QUANTIZED_ROWS][CK_QUANTIZED_BLOCKS][CK_SUM_VECTORS];
    dot_8(rows, w, quantized_parts_of(inputs, g), x, products);
#pragma clang loop unroll(full)
    for (int b = 0; b < CK_QUANTIZED_BLOCKS; b++) {
      vf scales[CK_SUM_VECTORS];
#pragma clang loop unroll(full)
      for (int v = 0; v < CK_SUM_VECTORS; v++) {
        scales[v] = v_load_any(blocks[b] + offset + (size_t)v * CK_LANES * sizeof(float));
      }
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        const vf scale = v_set(*(const float *)of_row(x.scales, x.stride, r));
        add_group(
            scale, scales, products[r][b], g == 0,
            sums + (size_t)r * stride + (size_t)b * QUANTIZED_OUTPUTS);
      }
    }
  }
}

// The same for one block of 4-bit weights. Asks for what lies `ahead` bytes behind it, if not 0.
CK_INLINE void tile_4(
    const int rows, const char *block, size_t start, size_t end, size_t inputs, quantized_input all,
    size_t ahead, float *restrict sums, size_t stride) {
  for (size_t g = start; g < end; g++) {
    const quantized_input x = at_group(all, g);
    const char *head = block + (g - start) * quantized_group_bytes(4);
    for (size_t i = 0; ahead && i < quantized_group_bytes(4); i += 64) {
      __builtin_prefetch(head + ahead + i, 0, 2);
    }
    uint16_t factors[QUANTIZED_OUTPUTS];
    memcpy(factors, head + 32, sizeof factors);
    vi products[CK_QUANTIZED_DIRECT][CK_SUM_VECTORS];
    dot_4(rows, head + QUANTIZED_HEAD, factors, quantized_parts_of(inputs, g), x, products);
    vf scales[CK_SUM_VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < CK_SUM_VECTORS; v++) {
      scales[v] = v_load_bf16(head + (size_t)v * CK_LANES * sizeof(uint16_t));
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const vf scale = v_set(*(const float *)of_row(x.scales, x.stride, r));
      add_group(scale, scales, products[r], g == 0, sums + (size_t)r * stride);
    }
  }
}

#define CK_CASE_TILE_8(n) case n: tile_8(n, blocks, start, end, inputs, x, sums, stride); break;
#define CK_CASE_TILE_4(n) case n: tile_4(n, block, start, end, inputs, x, ahead, sums, stride); break;

CK_TARGET static void tiles_8(
    size_t rows, const char *const *blocks, size_t start, size_t end, size_t inputs,
    quantized_input x, float *restrict sums, size_t stride) {
  switch (rows) {
  CK_CASE_TILE_8(1) CK_CASE_TILE_8(2)
#if CK_QUANTIZED_ROWS >= 4
  CK_CASE_TILE_8(3) CK_CASE_TILE_8(4)
#endif
#if CK_QUANTIZED_ROWS >= 6
  CK_CASE_TILE_8(5) CK_CASE_TILE_8(6)
#endif
  default: break;
  }
}

CK_TARGET static void tiles_4(
    size_t rows, const char *block, size_t start, size_t end, size_t inputs, quantized_input x,
    size_t ahead, float *restrict sums, size_t stride) {
  switch (rows) {
  CK_CASE_TILE_4(1) CK_CASE_TILE_4(2)
#if CK_QUANTIZED_DIRECT >= 4
  CK_CASE_TILE_4(3) CK_CASE_TILE_4(4)
#endif
#if CK_QUANTIZED_DIRECT >= 6
  CK_CASE_TILE_4(5) CK_CASE_TILE_4(6)
#endif
  default: break;
  }
}

// A group of 4-bit weights in the 8-bit layout.
CK_TARGET static void widen_group(const char *source, size_t parts, char *target) {
  uint16_t factors[QUANTIZED_OUTPUTS];
  memcpy(factors, source + 32, sizeof factors);
  for (size_t o = 0; o < QUANTIZED_OUTPUTS; o++) {
    uint16_t scale;
    memcpy(&scale, source + o * 2, sizeof scale);
    const float wide = widen_bfloat16(scale);
    memcpy(target + o * sizeof wide, &wide, sizeof wide);
  }
  for (size_t p = 0; p < parts; p++) {
    int16_t factor[64];
    for (size_t k = 0; k < 64; k++) {
      factor[k] = (int16_t)(factors[k / 4] >> (4 * p) & 15);
    }
    const uint8_t *bytes = (const uint8_t *)source + QUANTIZED_HEAD + p * 256;
    int8_t *values = (int8_t *)target + QUANTIZED_HEAD + p * 512;
    for (size_t j = 0; j < 4; j++) {
      for (size_t k = 0; k < 64; k++) {
        values[j * 64 + k] = (int8_t)(factor[k] * (int16_t)((bytes[j * 64 + k] & 15) - 8));
        values[(j + 4) * 64 + k] = (int8_t)(factor[k] * (int16_t)((bytes[j * 64 + k] >> 4) - 8));
      }
    }
  }
}

// Some groups of a panel of 8-bit weights against all rows. `blocks` point to the blocks' first of
// these groups.
CK_INLINE void chunk_8(
    const ck_quantized *layer, quantized_input x, const char *const *blocks, size_t count,
    size_t start, size_t end, float *sums, size_t stride) {
  const size_t tile = tile_height(layer->rows, CK_QUANTIZED_ROWS);
  for (size_t row = 0; row < layer->rows; row += tile) {
    const size_t rows = smaller(layer->rows - row, tile);
    for (size_t b = 0; b < count; b += CK_QUANTIZED_BLOCKS) {
      tiles_8(
          rows, blocks + b, start, end, layer->inputs, at_row(x, row),
          sums + row * stride + b * QUANTIZED_OUTPUTS, stride);
    }
  }
}

// The same with 4-bit weights. The last of several rounds over the weights asks for the blocks that
// follow: the processor has seen no stream for a while. (With 8 bits, asking only made it slower.)
CK_INLINE void chunk_4(
    const ck_quantized *layer, quantized_input x, const char *const *blocks, size_t count,
    size_t start, size_t end, float *sums, size_t stride) {
  const size_t tile = tile_height(layer->rows, CK_QUANTIZED_DIRECT);
  for (size_t row = 0; row < layer->rows; row += tile) {
    const size_t rows = smaller(layer->rows - row, tile);
    const int is_last_round = row > 0 && row + rows == layer->rows;
    const size_t ahead = is_last_round ? count * quantized_block_bytes(4, layer->inputs) : 0;
    for (size_t b = 0; b < count; b++) {
      tiles_4(
          rows, blocks[b], start, end, layer->inputs, at_row(x, row), ahead,
          sums + row * stride + b * QUANTIZED_OUTPUTS, stride);
    }
  }
}

CK_TARGET static void quantized_panel(
    const ck_quantized *layer, const char *const *blocks, size_t count, float *sums, size_t stride,
    char *wide) {
  const size_t groups = quantized_groups(layer->inputs);
  const quantized_input x = quantized_rows(layer);
  const int direct = is_direct(layer->bits, layer->rows);
  if (layer->rows <= CK_STREAM_ROWS && (layer->bits == 8 || direct)) {
    // Blocks one after the other, each from its first byte to its last: memory is what takes time.
    const size_t step = layer->bits == 8 ? CK_QUANTIZED_BLOCKS : 1;
    for (size_t b = 0; b < count; b += step) {
      if (layer->bits == 8) {
        chunk_8(layer, x, blocks + b, step, 0, groups, sums + b * QUANTIZED_OUTPUTS, stride);
      } else {
        chunk_4(layer, x, blocks + b, 1, 0, groups, sums + b * QUANTIZED_OUTPUTS, stride);
      }
    }
    return;
  }
  for (size_t start = 0; start < groups; start += QUANTIZED_CHUNK) {
    const size_t end = smaller(groups, start + QUANTIZED_CHUNK);
    const char *chunk[QUANTIZED_PANEL];
    for (size_t b = 0; b < QUANTIZED_PANEL; b++) {
      chunk[b] = blocks[b] + start * quantized_group_bytes(layer->bits);
    }
    if (direct) {
      chunk_4(layer, x, chunk, count, start, end, sums, stride);
      continue;
    }
    for (size_t b = 0; b < QUANTIZED_PANEL && layer->bits == 4; b++) {
      const char *source = chunk[b];
      char *target = wide + b * QUANTIZED_CHUNK * quantized_group_bytes(8);
      chunk[b] = target;
      for (size_t g = start; g < end; g++) {
        widen_group(
            source + (g - start) * quantized_group_bytes(4),
            quantized_parts_of(layer->inputs, g),
            target + (g - start) * quantized_group_bytes(8));
      }
    }
    chunk_8(layer, x, chunk, QUANTIZED_PANEL, start, end, sums, stride);
  }
}

CK_TARGET static void quantized_linear(
    const ck_quantized *layer, size_t first, size_t end, void *scratch) {
  const size_t panel = QUANTIZED_PANEL * QUANTIZED_OUTPUTS;
  float *kept = (float *)scratch;
  char *wide = (char *)(kept + layer->rows * panel);
  const size_t bytes = quantized_block_bytes(layer->bits, layer->inputs);
  for (size_t o = first; o < end; o += panel) {
    const size_t valid = smaller(end - o, panel);
    const size_t count = (valid + QUANTIZED_OUTPUTS - 1) / QUANTIZED_OUTPUTS;
    const char *blocks[QUANTIZED_PANEL];
    for (size_t b = 0; b < QUANTIZED_PANEL; b++) {
      // Blocks that do not exist repeat the last one; their sums are not stored.
      const size_t block = o / QUANTIZED_OUTPUTS + smaller(b, count - 1);
      blocks[b] = (const char *)layer->weights + block * bytes;
    }
    const output_panel sums = panel_of_output(
        layer->output, layer->outputs, o, valid, panel, kept);
    if (layer->inputs == 0) {
      clear_panel(sums, layer->rows, panel);
    }
    quantized_panel(layer, blocks, count, sums.first, sums.stride, wide);
    finish_panel(sums, layer->rows, valid, layer->bias, layer->output, layer->outputs, o);
  }
}
