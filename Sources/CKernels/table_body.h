// The table of the instruction set whose kernels were included before.

const ck_table CK_TABLE = {
    .family = CK_FAMILY,
    .tile_rows = CK_TILE_ROWS,
    .packed_row_bytes = packed_row_bytes,
    .pack_rows = pack_rows,
    .linear_scratch_bytes = linear_scratch_bytes,
    .linear = linear,
    .layer_norm = layer_norm,
    .rms_norm = rms_norm,
    .gelu_tanh = gelu_tanh,
    .gated_gelu = gated_gelu,
    .add = add,
    .scale = scale,
    .soft_cap = soft_cap,
    .rotate = rotate,
    .attention_scratch_bytes = attention_scratch_bytes,
    .attention = attention,
    .log_sum_exp = log_sum_exp,
    .argmax = argmax,
};
