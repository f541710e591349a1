// Decoders of libpng and libjpeg-turbo behind functions that return: both libraries report errors
// by longjmp, which may not cross Swift frames, so setjmp and longjmp stay on this side.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum {
  ci_ok = 0,
  // The bytes end before the picture does.
  ci_truncated,
  // The bytes contradict the format or their own checksums.
  ci_corrupt,
  // A variant of the format that the library cannot decode.
  ci_unsupported,
  // Width or height is zero.
  ci_zero_sized,
  // Width or height is beyond what the format or the library allows.
  ci_too_large,
  // An allocation failed.
  ci_no_memory,
} ci_code;

typedef struct {
  ci_code code;
  // Why, in the words of the library; empty when code is ci_ok. Zero-terminated.
  char message[200];
} ci_result;

// Extents as stored, in pixels, before any orientation is applied.
typedef struct {
  uint32_t width;
  uint32_t height;
} ci_extents;

// Reads the extents from the header; takes no memory that depends on them.
ci_result ci_png_read_extents(const uint8_t *bytes, size_t count, ci_extents *extents);
ci_result ci_jpeg_read_extents(const uint8_t *bytes, size_t count, ci_extents *extents);

// Decodes a whole picture to interleaved 8-bit RGB, rows top to bottom without padding.
//
// rgb must hold width * height * 3 bytes, with the extents that ci_*_read_extents gave; another
// capacity is refused as ci_corrupt. When the code is not ci_ok, the contents of rgb are unspecified.
//
// PNG: samples of fewer than 8 bits are widened, of 16 bits cut to their high byte; alpha, of its
// own channel or of a tRNS chunk, is composited over white; gamma and colour profiles are ignored.
ci_result ci_png_decode(const uint8_t *bytes, size_t count, uint8_t *rgb, size_t capacity);

// JPEG: grey and YCbCr become RGB; CMYK and YCCK are taken as inverted, as Adobe writes them.
// A warning of the library that means lost picture data is an error here.
ci_result ci_jpeg_decode(const uint8_t *bytes, size_t count, uint8_t *rgb, size_t capacity);
