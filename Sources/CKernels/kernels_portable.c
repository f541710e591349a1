#include "quantized_input.h"
#include "quantized_layout.h"
#include "tables.h"

#include <math.h>

// Sums are fused only where a kernel asks for it, so that every build gives the same bits.
#pragma STDC FP_CONTRACT OFF

#define CK_GENERIC_FMA 0
#include "vector_generic.h"

#include "math_body.h"
#include "elementwise_body.h"
#include "normalization_body.h"
#include "rotation_body.h"
#include "reduction_body.h"
#include "linear_body.h"
#include "quantized_dot_generic.h"
#include "quantized_body.h"
#include "probes_body.h"
#include "attention_body.h"

#define CK_TABLE ck_portable_table
#define CK_FAMILY CK_FAMILY_PORTABLE
#include "table_body.h"
