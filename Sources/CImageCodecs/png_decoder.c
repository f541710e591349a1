#include "CImageCodecs.h"
#include "result.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

// Everything a decode owns. It lives in the caller's frame and is only reached through its address,
// so its fields keep their values across longjmp.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t position;
  png_structp png;
  png_infop info;
  uint8_t *scratch;
  jmp_buf on_error;
  ci_result result;
} png_reader;

static const size_t signature_size = 8;
// Signature, then the length, name, width and height of IHDR.
static const size_t extents_end = 24;

static uint32_t big_endian_32(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

ci_result ci_png_read_extents(const uint8_t *bytes, size_t count, ci_extents *extents) {
  if (count < extents_end) {
    return ci_make_result(ci_truncated, "the file ends inside its header");
  }
  if (png_sig_cmp(bytes, 0, signature_size) != 0) {
    return ci_make_result(ci_corrupt, "the PNG signature is damaged");
  }
  if (memcmp(bytes + 12, "IHDR", 4) != 0) {
    return ci_make_result(ci_corrupt, "the first chunk is not IHDR");
  }
  extents->width = big_endian_32(bytes + 16);
  extents->height = big_endian_32(bytes + 20);
  if (extents->width == 0 || extents->height == 0) {
    return ci_make_result(ci_zero_sized, "width or height is zero");
  }
  if (extents->width > PNG_UINT_31_MAX || extents->height > PNG_UINT_31_MAX) {
    return ci_make_result(ci_corrupt, "width or height is beyond the format's limit of 2^31 - 1");
  }
  return ci_make_result(ci_ok, "");
}

static void fail(png_reader *reader, ci_code code, const char *message) {
  reader->result = ci_make_result(code, message);
  longjmp(reader->on_error, 1);
}

static void on_library_error(png_structp png, png_const_charp message) {
  fail(png_get_error_ptr(png), ci_corrupt, message);
}

static void on_library_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void read_bytes(png_structp png, png_bytep target, size_t length) {
  png_reader *reader = png_get_io_ptr(png);
  if (length > reader->count - reader->position) {
    fail(reader, ci_truncated, "the file ends before the picture does");
  }
  memcpy(target, reader->bytes + reader->position, length);
  reader->position += length;
}

// Skips ancillary chunks, so that no compressed profile or text is ever inflated. The library's list
// of them leaves out tRNS, which is part of the picture.
static void ignore_metadata(png_structp png) {
#ifdef PNG_HANDLE_AS_UNKNOWN_SUPPORTED
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
#else
  (void)png;
#endif
}

// Composites interleaved RGBA over white into RGB; target may be the start of source.
static void composite_over_white(const uint8_t *source, uint8_t *target, size_t pixels) {
  for (size_t index = 0; index < pixels; index += 1) {
    uint32_t alpha = source[index * 4 + 3];
    for (size_t channel = 0; channel < 3; channel += 1) {
      uint32_t value = source[index * 4 + channel];
      target[index * 3 + channel] = ci_divide_by_255(value * alpha + 255 * (255 - alpha));
    }
  }
}

static void decode(png_reader *reader, uint8_t *rgb, size_t capacity) {
  png_structp png = reader->png;
  png_infop info = reader->info;
  png_set_read_fn(png, reader, read_bytes);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  ignore_metadata(png);
  // A wrong checksum is damage wherever it is: in tRNS it would change the picture silently.
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_read_info(png, info);

  size_t width = png_get_image_width(png, info);
  size_t height = png_get_image_height(png, info);
  if (width == 0 || height > capacity / 3 / width || width * height * 3 != capacity) {
    fail(reader, ci_corrupt, "the header contradicts itself");
  }

  png_set_expand(png);
  png_set_strip_16(png);
  png_set_gray_to_rgb(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t channels = png_get_channels(png, info);
  if (png_get_bit_depth(png, info) != 8 || (channels != 3 && channels != 4)
      || png_get_rowbytes(png, info) != width * channels) {
    fail(reader, ci_unsupported, "the samples cannot be widened to 8-bit RGB");
  }

  if (channels == 3) {
    for (int pass = 0; pass < passes; pass += 1) {
      for (size_t row = 0; row < height; row += 1) {
        png_read_row(png, rgb + row * width * 3, NULL);
      }
    }
  } else if (passes == 1) {
    reader->scratch = malloc(width * 4);
    if (reader->scratch == NULL) fail(reader, ci_no_memory, "not enough memory for a row");
    for (size_t row = 0; row < height; row += 1) {
      png_read_row(png, reader->scratch, NULL);
      composite_over_white(reader->scratch, rgb + row * width * 3, width);
    }
  } else {
    // Later passes fill gaps of earlier ones, alpha included, so all of it must be there first.
    reader->scratch = calloc(height, width * 4);
    if (reader->scratch == NULL) fail(reader, ci_no_memory, "not enough memory for the picture");
    for (int pass = 0; pass < passes; pass += 1) {
      for (size_t row = 0; row < height; row += 1) {
        png_read_row(png, reader->scratch + row * width * 4, NULL);
      }
    }
    composite_over_white(reader->scratch, rgb, width * height);
  }
  png_read_end(png, NULL);
}

ci_result ci_png_decode(const uint8_t *bytes, size_t count, uint8_t *rgb, size_t capacity) {
  png_reader reader = {.bytes = bytes, .count = count, .result = ci_make_result(ci_ok, "")};
  if (setjmp(reader.on_error) == 0) {
    reader.png = png_create_read_struct(
        PNG_LIBPNG_VER_STRING, &reader, on_library_error, on_library_warning);
    if (reader.png != NULL) reader.info = png_create_info_struct(reader.png);
    if (reader.info == NULL) fail(&reader, ci_no_memory, "not enough memory for the decoder");
    decode(&reader, rgb, capacity);
  }
  free(reader.scratch);
  if (reader.png != NULL) png_destroy_read_struct(&reader.png, &reader.info, NULL);
  return reader.result;
}
