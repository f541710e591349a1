#include "tables.h"

const ck_table *ck_table_for(ck_family family) {
  switch (family) {
  case CK_FAMILY_PORTABLE:
    return &ck_portable_table;
#if defined(__x86_64__)
  case CK_FAMILY_AVX2:
    // cpu_supports also asks whether the system saves the wide registers.
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
        && __builtin_cpu_supports("f16c")) {
      return &ck_avx2_table;
    }
    return NULL;
  case CK_FAMILY_AVX512_BF16:
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("f16c")) {
      return &ck_avx512_table;
    }
    return NULL;
#endif
#if defined(__aarch64__)
  case CK_FAMILY_NEON:
    return &ck_neon_table;
#endif
  default:
    return NULL;
  }
}
