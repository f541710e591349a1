// Linear layers: block sizes, and packing of input rows. linear_body.h explains the whole.

// How a tile reads weights; a constant wherever a tile is called.
enum {
  WEIGHTS_FLOAT32,
  WEIGHTS_FLOAT16,
  WEIGHTS_BFLOAT16,
  WEIGHTS_PANEL,
};

// Outputs per panel. With CK_K_BLOCK numbers each it fills a part of the second-level cache.
#define CK_PANEL_OUTPUTS 64
// Bytes of packed input that are used together against a panel.
#define CK_INPUT_BYTES (256 * 1024)

CK_INLINE size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
// Rows per tile: as few tiles as can be, of the same height.
CK_INLINE size_t tile_height(size_t rows, size_t most) {
  const size_t tiles = (rows + most - 1) / most;
  return tiles == 0 ? most : (rows + tiles - 1) / tiles;
}
CK_INLINE size_t element_bytes(ck_element element) {
  return element == CK_ELEMENT_FLOAT32 ? 4 : 2;
}
// Where the sums of a panel of outputs grow: in the output itself, or in scratch where fewer outputs
// exist than a panel has.
typedef struct output_panel {
  float *first;
  size_t stride;  // floats from one row to the next
} output_panel;

CK_INLINE output_panel panel_of_output(
    float *output, size_t outputs, size_t start, size_t valid, size_t width, float *scratch) {
  const output_panel inside = {output + start, outputs}, outside = {scratch, width};
  return valid == width ? inside : outside;
}
CK_INLINE void clear_panel(output_panel sums, size_t rows, size_t width) {
  for (size_t r = 0; r < rows; r++) {
    memset(sums.first + r * sums.stride, 0, width * sizeof(float));
  }
}
// Adds the bias and copies what is not in its place.
CK_INLINE void finish_panel(
    output_panel sums, size_t rows, size_t valid, const float *bias, float *output, size_t outputs,
    size_t start) {
  if (!bias && sums.first == output + start) {
    return;
  }
  for (size_t r = 0; r < rows; r++) {
    const float *source = sums.first + r * sums.stride;
    float *target = output + r * outputs + start;
    for (size_t k = 0; k < valid; k++) {
      target[k] = bias ? source[k] + bias[start + k] : source[k];
    }
  }
}

// Blocks of the K axis, of CK_LANES numbers each.
CK_INLINE size_t blocks_of(size_t inputs) { return (inputs + CK_LANES - 1) / CK_LANES; }

#if CK_HAS_DOT_BF16
#include "linear_pairs_body.h"
#endif

CK_TARGET static size_t packed_row_bytes(ck_element element, size_t inputs) {
#if CK_HAS_DOT_BF16
  if (is_pairs(element)) {
    return pairs_row_bytes(element, inputs);
  }
#endif
  (void)element;
  return blocks_of(inputs) * CK_LANES * sizeof(float);
}

// Blocks of the K axis that a panel holds: equal shares of the axis, at most CK_K_BLOCK numbers.
CK_INLINE size_t panel_blocks(size_t inputs) {
  const size_t blocks = blocks_of(inputs), most = CK_K_BLOCK / CK_LANES;
  const size_t shares = blocks <= most ? 1 : (blocks + most - 1) / most;
  return (blocks + shares - 1) / shares;
}

// Floats of the accumulators of one tile.
#define CK_TILE_FLOATS (CK_TILE_ROWS * 4 * CK_LANES)

// Scratch: a panel, and the accumulators of every tile while the K axis takes several panels.
CK_TARGET static size_t linear_scratch_bytes(ck_element element, size_t inputs, size_t rows) {
#if CK_HAS_DOT_BF16
  if (is_pairs(element)) {
    return pairs_scratch_bytes(inputs, rows);
  }
#endif
  (void)element;
  if (rows <= CK_TILE_ROWS) {
    return 0;
  }
  const size_t panel = CK_PANEL_OUTPUTS * panel_blocks(inputs) * CK_LANES;
  const int is_whole = panel_blocks(inputs) == blocks_of(inputs);
  const size_t tiles =
      is_whole ? 0 : (rows + CK_TILE_ROWS - 1) / CK_TILE_ROWS * (CK_PANEL_OUTPUTS / 4);
  return (panel + tiles * CK_TILE_FLOATS) * sizeof(float);
}

CK_TARGET static void pack_rows(
    const float *input, size_t rows, size_t inputs, ck_element element, size_t first, size_t end,
    void *packed) {
#if CK_HAS_DOT_BF16
  if (is_pairs(element)) {
    for (size_t r = first; r < end; r++) {
      char *row = (char *)packed + r * pairs_row_bytes(element, inputs);
      pairs_pack_row(input + r * inputs, inputs, element, row);
    }
    return;
  }
#endif
  (void)element;
  const size_t blocks = blocks_of(inputs);
  for (size_t tile = first; tile < end; tile += CK_TILE_ROWS) {
    const size_t count = smaller(rows - tile, CK_TILE_ROWS);
    float *base = (float *)packed + tile * blocks * CK_LANES;
    for (size_t r = 0; r < count; r++) {
      const float *source = input + (tile + r) * inputs;
      for (size_t b = 0; b < blocks; b++) {
        const size_t left = inputs - b * CK_LANES;
        v_store(
            base + (b * count + r) * CK_LANES,
            v_load_n(source + b * CK_LANES, smaller(left, CK_LANES)));
      }
    }
  }
}
