#!/bin/sh
# Compiles the kernels for Arm and compares them with the portable ones under an emulator; then the same for this machine.
#
#     apt-get install qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross
#     Tests/ArmKernels/run.sh
set -eu
cd "$(dirname "$0")"
kernels=../../Sources/CKernels
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
options="-O3 -std=gnu17 -I$kernels -I$kernels/include compare.c $kernels/kernels_portable.c $kernels/quantized_weights.c"
clang --target=aarch64-linux-gnu --gcc-toolchain=/usr -isystem /usr/aarch64-linux-gnu/include \
  $options $kernels/kernels_neon.c -static -fuse-ld=/usr/bin/aarch64-linux-gnu-ld -lm -o "$build/arm"
echo "Arm, emulated"
qemu-aarch64 "$build/arm" | tee "$build/arm.txt"
[ "$(uname -m)" = x86_64 ] || exit 0
clang $options $kernels/kernels_avx2.c -lm -o "$build/here"
echo "AVX2"
"$build/here" | tee "$build/here.txt"
[ "$(tail -n 1 "$build/arm.txt")" = "$(tail -n 1 "$build/here.txt")" ] || { echo "the checksums differ"; exit 1; }
