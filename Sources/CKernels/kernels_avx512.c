#if defined(__x86_64__)

#include "quantized_input.h"
#include "quantized_layout.h"
#include "tables.h"

#include <math.h>

// Sums are fused only where a kernel asks for it, so that every build gives the same bits.
#pragma STDC FP_CONTRACT OFF

#include "vector_avx512.h"

#include "math_body.h"
#include "elementwise_body.h"
#include "normalization_body.h"
#include "rotation_body.h"
#include "reduction_body.h"
#include "linear_body.h"
#include "quantized_dot_avx512.h"
#include "quantized_body.h"
#include "probes_body.h"
#include "attention_body.h"

#define CK_TABLE ck_avx512_table
#define CK_FAMILY CK_FAMILY_AVX512_BF16
#include "table_body.h"

#endif
