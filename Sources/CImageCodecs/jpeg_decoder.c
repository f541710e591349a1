#include "CImageCodecs.h"
#include "result.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include <jerror.h>

// A progressive file may hold any number of scans, each a pass over the whole picture; encoders
// write about ten.
enum { scan_limit = 200 };

// Everything a decode owns; see png_reader about longjmp.
typedef struct {
  struct jpeg_decompress_struct decoder;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  uint8_t *row;
  jmp_buf on_error;
  ci_result result;
} jpeg_reader;

static void fail(jpeg_reader *reader, ci_code code, const char *message) {
  reader->result = ci_make_result(code, message);
  longjmp(reader->on_error, 1);
}

static ci_code code_of_message(int message) {
  switch (message) {
  case JERR_INPUT_EMPTY:
  case JERR_INPUT_EOF:
  case JWRN_JPEG_EOF:
  case JWRN_HIT_MARKER:
    return ci_truncated;
  case JERR_EMPTY_IMAGE:
    return ci_zero_sized;
  case JERR_IMAGE_TOO_BIG:
    return ci_too_large;
  case JERR_OUT_OF_MEMORY:
    return ci_no_memory;
  case JERR_BAD_PRECISION:
  case JERR_CONVERSION_NOTIMPL:
  case JERR_ARITH_NOTIMPL:
  case JERR_NOT_COMPILED:
  case JERR_SOF_UNSUPPORTED:
  case JERR_CCIR601_NOTIMPL:
  case JERR_FRACT_SAMPLE_NOTIMPL:
    return ci_unsupported;
  default:
    return ci_corrupt;
  }
}

static void fail_with_library_message(j_common_ptr common) {
  jpeg_reader *reader = common->client_data;
  char message[JMSG_LENGTH_MAX];
  common->err->format_message(common, message);
  fail(reader, code_of_message(common->err->msg_code), message);
}

// Warnings that come before or between intact data and change no pixel.
static int is_harmless(int message) {
  switch (message) {
  case JWRN_ADOBE_XFORM:
  case JWRN_BOGUS_ICC:
  case JWRN_BOGUS_PROGRESSION:
  case JWRN_EXTRANEOUS_DATA:
  case JWRN_JFIF_MAJOR:
  case JWRN_NOT_SEQUENTIAL:
  case JWRN_TOO_MUCH_DATA:
    return 1;
  default:
    return 0;
  }
}

// The library calls this for warnings (level below zero) and traces (zero and above).
static void on_library_message(j_common_ptr common, int level) {
  if (level < 0 && !is_harmless(common->err->msg_code)) fail_with_library_message(common);
}

static void ignore_output(j_common_ptr common) { (void)common; }

static void limit_scans(j_common_ptr common) {
  jpeg_reader *reader = common->client_data;
  if (common->is_decompressor && reader->decoder.input_scan_number > scan_limit) {
    fail(reader, ci_corrupt, "more than 200 progressive scans");
  }
}

// Sets up the decoder and reads everything up to the first scan.
static void read_header(jpeg_reader *reader, const uint8_t *bytes, size_t count) {
  struct jpeg_decompress_struct *decoder = &reader->decoder;
  jpeg_create_decompress(decoder);
  reader->progress.progress_monitor = limit_scans;
  decoder->progress = &reader->progress;
  jpeg_mem_src(decoder, bytes, count);
  jpeg_read_header(decoder, TRUE);
}

static void prepare(jpeg_reader *reader) {
  reader->result = ci_make_result(ci_ok, "");
  reader->decoder.err = jpeg_std_error(&reader->errors);
  reader->errors.error_exit = fail_with_library_message;
  reader->errors.emit_message = on_library_message;
  reader->errors.output_message = ignore_output;
  // jpeg_create_decompress keeps this field and err.
  reader->decoder.client_data = reader;
}

static void read_extents(
    jpeg_reader *reader, const uint8_t *bytes, size_t count, ci_extents *extents) {
  read_header(reader, bytes, count);
  extents->width = reader->decoder.image_width;
  extents->height = reader->decoder.image_height;
}

ci_result ci_jpeg_read_extents(const uint8_t *bytes, size_t count, ci_extents *extents) {
  jpeg_reader reader = {0};
  prepare(&reader);
  if (setjmp(reader.on_error) == 0) {
    read_extents(&reader, bytes, count, extents);
  }
  jpeg_destroy_decompress(&reader.decoder);
  return reader.result;
}

// Adobe's inverted CMYK to RGB: each ink takes its share of what black leaves.
static void convert_inverted_cmyk(const uint8_t *source, uint8_t *target, size_t pixels) {
  for (size_t index = 0; index < pixels; index += 1) {
    uint32_t light = source[index * 4 + 3];
    for (size_t channel = 0; channel < 3; channel += 1) {
      uint32_t ink = 255 - source[index * 4 + channel];
      target[index * 3 + channel] = (uint8_t)(light - ci_divide_by_255(ink * light));
    }
  }
}

static void decode(
    jpeg_reader *reader, const uint8_t *bytes, size_t count, uint8_t *rgb, size_t capacity) {
  struct jpeg_decompress_struct *decoder = &reader->decoder;
  read_header(reader, bytes, count);
  size_t width = decoder->image_width;
  size_t height = decoder->image_height;
  if (width * height * 3 != capacity) {
    fail(reader, ci_corrupt, "the header contradicts itself");
  }
  int is_cmyk = decoder->num_components == 4;
  decoder->out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(decoder);
  if (decoder->output_width != width || decoder->output_height != height
      || decoder->output_components != (is_cmyk ? 4 : 3)) {
    fail(reader, ci_unsupported, "the samples cannot be converted to 8-bit RGB");
  }
  if (is_cmyk) {
    reader->row = malloc(width * 4);
    if (reader->row == NULL) fail(reader, ci_no_memory, "not enough memory for a row");
  }
  while (decoder->output_scanline < height) {
    uint8_t *target = rgb + (size_t)decoder->output_scanline * width * 3;
    JSAMPROW row = is_cmyk ? reader->row : target;
    if (jpeg_read_scanlines(decoder, &row, 1) != 1) {
      fail(reader, ci_truncated, "the file ends before the picture does");
    }
    if (is_cmyk) convert_inverted_cmyk(reader->row, target, width);
  }
  jpeg_finish_decompress(decoder);
}

ci_result ci_jpeg_decode(const uint8_t *bytes, size_t count, uint8_t *rgb, size_t capacity) {
  jpeg_reader reader = {0};
  prepare(&reader);
  if (setjmp(reader.on_error) == 0) {
    decode(&reader, bytes, count, rgb, capacity);
  }
  free(reader.row);
  jpeg_destroy_decompress(&reader.decoder);
  return reader.result;
}
