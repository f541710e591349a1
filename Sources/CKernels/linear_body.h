// Linear layers.
//
// Every output is one dot product. Lane l of its accumulator adds the products i = l, l + lanes,
// ... in this order, and v_sum4 adds the lanes; neither depends on the shape of the tile, so a row
// gives the same bits alone and among many. Input rows are packed in groups of CK_TILE_ROWS: block
// by block of the K axis, row by row inside a block, padded with zeros to whole blocks.
//
// Up to CK_TILE_ROWS rows read the weights where they lie, once, several outputs at a time. More
// rows first copy a panel of outputs into scratch in the order in which the tiles read it, widened
// to float32 where the tile multiplies float32.

#include "linear_packing_body.h"
#include "linear_tile_body.h"

// All outputs first ..< end of at most CK_TILE_ROWS rows, straight from the weights.
CK_INLINE void linear_direct(
    const int rows, const int mode, const ck_linear *layer, size_t first, size_t end) {
  const int outputs = CK_DIRECT_OUTPUTS(rows);
  const size_t stride = layer->inputs * element_bytes(layer->element);
  for (size_t o = first; o < end; o += (size_t)outputs) {
    const size_t valid = smaller(end - o, (size_t)outputs);
    const char *w[8];
    for (size_t k = 0; k < (size_t)outputs; k++) {
      w[k] = (const char *)layer->weights + (o + smaller(k, valid - 1)) * stride;
    }
    const kept_tile whole = {NULL, 1, 1};
    tile(
        rows, outputs, mode, (const float *)layer->packed, w, layer->inputs, whole, layer, 0, o,
        valid);
  }
}

#define CK_DIRECT_ROWS(mode)                                                                       \
  CK_TARGET static void linear_direct_##mode(const ck_linear *layer, size_t first, size_t end) {   \
    switch (layer->rows) {                                                                         \
    case 1: linear_direct(1, mode, layer, first, end); break;                                      \
    case 2: linear_direct(2, mode, layer, first, end); break;                                      \
    CK_DIRECT_MORE_ROWS(mode)                                                                      \
    default: break;                                                                                \
    }                                                                                              \
  }
#define CK_CASE_DIRECT(n, mode) case n: linear_direct(n, mode, layer, first, end); break;
#define CK_CASE_PANEL(n, mode)                                                                     \
  case n: tile(n, 4, mode, a, &w, inputs, kept, layer, row, output, valid); break;
#if CK_TILE_ROWS == 6
#define CK_DIRECT_MORE_ROWS(mode)                                                                  \
  CK_CASE_DIRECT(3, mode) CK_CASE_DIRECT(4, mode) CK_CASE_DIRECT(5, mode) CK_CASE_DIRECT(6, mode)
#define CK_PANEL_MORE_ROWS(mode)                                                                   \
  CK_CASE_PANEL(3, mode) CK_CASE_PANEL(4, mode) CK_CASE_PANEL(5, mode) CK_CASE_PANEL(6, mode)
#elif CK_TILE_ROWS == 4
#define CK_DIRECT_MORE_ROWS(mode) CK_CASE_DIRECT(3, mode) CK_CASE_DIRECT(4, mode)
#define CK_PANEL_MORE_ROWS(mode) CK_CASE_PANEL(3, mode) CK_CASE_PANEL(4, mode)
#elif CK_TILE_ROWS == 3
#define CK_DIRECT_MORE_ROWS(mode) CK_CASE_DIRECT(3, mode)
#define CK_PANEL_MORE_ROWS(mode) CK_CASE_PANEL(3, mode)
#elif CK_TILE_ROWS == 2
#define CK_DIRECT_MORE_ROWS(mode)
#define CK_PANEL_MORE_ROWS(mode)
#endif

CK_DIRECT_ROWS(WEIGHTS_FLOAT32)
CK_DIRECT_ROWS(WEIGHTS_FLOAT16)
#if !CK_HAS_DOT_BF16
CK_DIRECT_ROWS(WEIGHTS_BFLOAT16)
#endif

#define CK_PANEL_TILE(mode)                                                                        \
  CK_TARGET static void panel_tile_##mode(                                                         \
      size_t rows, const float *a, const char *w, size_t inputs, kept_tile kept,                   \
      const ck_linear *layer, size_t row, size_t output, size_t valid) {                           \
    switch (rows) {                                                                                \
    CK_CASE_PANEL(1, mode) CK_CASE_PANEL(2, mode) CK_PANEL_MORE_ROWS(mode)                         \
    default: break;                                                                                \
    }                                                                                              \
  }
CK_PANEL_TILE(WEIGHTS_PANEL)

// Copies `blocks` blocks from block `start` of outputs first ..< end into
// [group of 4][block][4][lanes], with zeros beyond the K axis.
CK_INLINE void pack_panel_as(
    const int mode, const ck_linear *layer, size_t first, size_t end, size_t start, size_t blocks,
    float *panel) {
  const size_t bytes = weight_bytes(mode);
  // The last block of the axis may be short.
  const size_t left = layer->inputs - start * CK_LANES;
  const size_t full = smaller(left / CK_LANES, blocks);
  for (size_t o = first; o < end; o += 4) {
    // Four rows side by side: memory gives more to several streams than to one.
    const char *rows[4];
    for (size_t k = 0; k < 4; k++) {
      // Outputs that do not exist repeat the last one; their sums are not stored.
      const size_t output = smaller(o + k, end - 1);
      rows[k] = (const char *)layer->weights + (output * layer->inputs + start * CK_LANES) * bytes;
    }
    for (size_t b = 0; b < full; b++) {
#pragma clang loop unroll(full)
      for (size_t k = 0; k < 4; k++) {
        v_store(panel, load_weights(rows[k] + b * CK_LANES * bytes, mode, CK_LANES));
        panel += CK_LANES;
      }
    }
    if (full < blocks) {
      const size_t rest = left - full * CK_LANES;
      for (size_t k = 0; k < 4; k++) {
        v_store(panel, load_weights(rows[k] + full * CK_LANES * bytes, mode, rest));
        panel += CK_LANES;
      }
    }
  }
}

CK_TARGET static void pack_panel(
    const ck_linear *layer, size_t first, size_t end, size_t start, size_t blocks, float *panel) {
  switch (layer->element) {
  case CK_ELEMENT_FLOAT32:
    pack_panel_as(WEIGHTS_FLOAT32, layer, first, end, start, blocks, panel);
    break;
  case CK_ELEMENT_FLOAT16:
    pack_panel_as(WEIGHTS_FLOAT16, layer, first, end, start, blocks, panel);
    break;
  case CK_ELEMENT_BFLOAT16:
  case CK_ELEMENT_BFLOAT16_BOTH:
    pack_panel_as(WEIGHTS_BFLOAT16, layer, first, end, start, blocks, panel);
    break;
  }
}

// One panel against all rows: outputs first ..< end, `blocks` blocks of the K axis from `start`.
CK_TARGET static void linear_panel(
    const ck_linear *layer, size_t first, size_t end, size_t start, size_t blocks,
    const float *panel, float *kept) {
  const size_t all = blocks_of(layer->inputs), inputs = blocks * CK_LANES;
  size_t together = CK_INPUT_BYTES / (inputs * sizeof(float) + 1);
  together = together < CK_TILE_ROWS ? CK_TILE_ROWS : together / CK_TILE_ROWS * CK_TILE_ROWS;
  for (size_t upper = 0; upper < layer->rows; upper += together) {
    const size_t last = smaller(layer->rows, upper + together);
    for (size_t o = first; o < end; o += 4) {
      const char *w = (const char *)(panel + (o - first) * blocks * CK_LANES);
      for (size_t r = upper; r < last; r += CK_TILE_ROWS) {
        const size_t rows = smaller(layer->rows - r, CK_TILE_ROWS);
        const float *a = (const float *)layer->packed + (r * all + rows * start) * CK_LANES;
        const size_t valid = smaller(end - o, 4);
        const size_t tile = r / CK_TILE_ROWS * (CK_PANEL_OUTPUTS / 4) + (o - first) / 4;
        const kept_tile place = {kept + tile * CK_TILE_FLOATS, start == 0, start + blocks == all};
        panel_tile_WEIGHTS_PANEL(rows, a, w, inputs, place, layer, r, o, valid);
      }
    }
  }
}

CK_TARGET static void linear_panels(
    const ck_linear *layer, size_t first, size_t end, float *scratch) {
  const size_t all = blocks_of(layer->inputs), most = panel_blocks(layer->inputs);
  float *kept = scratch + CK_PANEL_OUTPUTS * most * CK_LANES;
  for (size_t o = first; o < end; o += CK_PANEL_OUTPUTS) {
    const size_t stop = smaller(end, o + CK_PANEL_OUTPUTS);
    size_t start = 0;
    do {  // At least once: no inputs at all give the bias.
      const size_t blocks = smaller(all - start, most);
      pack_panel(layer, o, stop, start, blocks, scratch);
      linear_panel(layer, o, stop, start, blocks, scratch, kept);
      start += most;
    } while (start < all);
  }
}

CK_TARGET static void linear(const ck_linear *layer, size_t first, size_t end, void *scratch) {
#if CK_HAS_DOT_BF16
  if (is_pairs(layer->element)) {
    pairs_linear(layer, first, end, scratch);
    return;
  }
#endif
  if (layer->rows > CK_TILE_ROWS) {
    linear_panels(layer, first, end, (float *)scratch);
    return;
  }
  switch (layer->element) {
  case CK_ELEMENT_FLOAT32: linear_direct_WEIGHTS_FLOAT32(layer, first, end); break;
  case CK_ELEMENT_FLOAT16: linear_direct_WEIGHTS_FLOAT16(layer, first, end); break;
  case CK_ELEMENT_BFLOAT16:
  case CK_ELEMENT_BFLOAT16_BOTH:
#if !CK_HAS_DOT_BF16
    linear_direct_WEIGHTS_BFLOAT16(layer, first, end);
#endif
    break;
  }
}
