#pragma once

// The tables that this build contains; each is defined by kernels_<family>.c.

#include "CKernels.h"

extern const ck_table ck_portable_table;
#if defined(__x86_64__)
extern const ck_table ck_avx2_table;
extern const ck_table ck_avx512_table;
#endif
#if defined(__aarch64__)
extern const ck_table ck_neon_table;
#endif
