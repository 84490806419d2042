#include "CFloor.h"
#include "clock.h"
#include <stdlib.h>
#include <string.h>
#include <zdict.h>
#include <zstd.h>

int floor_train(floor_list samples, uint8_t *dictionary, size_t capacity, size_t *size) {
  size_t total = 0;
  size_t *sizes = malloc(samples.count * sizeof *sizes);
  for (size_t i = 0; i < samples.count; i++) total += sizes[i] = samples.operations[i].value_size;
  uint8_t *bytes = malloc(total), *end = bytes;
  for (size_t i = 0; i < samples.count; i++) {
    memcpy(end, samples.bytes + samples.operations[i].value_at, sizes[i]);
    end += sizes[i];
  }
  *size = ZDICT_trainFromBuffer(dictionary, capacity, bytes, sizes, (unsigned)samples.count);
  free(bytes);
  free(sizes);
  return ZDICT_isError(*size) ? FLOOR_ZSTD : 0;
}

int floor_compress(floor_list list, size_t index, const uint8_t *dictionary, size_t size, uint8_t *frame, size_t capacity, size_t *written) {
  ZSTD_CCtx *context = ZSTD_createCCtx();
  const uint8_t *source = list.bytes + list.operations[index].value_at;
  *written = ZSTD_compress_usingDict(context, frame, capacity, source, list.operations[index].value_size, dictionary, size, 3);
  ZSTD_freeCCtx(context);
  return ZSTD_isError(*written) ? FLOOR_ZSTD : 0;
}

int floor_decompress(floor_list frames, const uint8_t *dictionary, size_t size, floor_run *run) {
  enum { capacity = 1 << 20 };
  ZSTD_DCtx *context = ZSTD_createDCtx();
  ZSTD_DDict *digest = size ? ZSTD_createDDict(dictionary, size) : NULL;
  uint8_t *out = malloc(capacity);
  uint64_t end = floor_now() + (uint64_t)(run->seconds * 1e9);
  int status = 0;
  for (size_t i = 0; i < frames.count; i++) {
    uint64_t begin = floor_now();
    if (begin >= end) break;
    const uint8_t *frame = frames.bytes + frames.operations[i].value_at;
    size_t frame_size = frames.operations[i].value_size;
    size_t result = digest ? ZSTD_decompress_usingDDict(context, out, capacity, frame, frame_size, digest)
                           : ZSTD_decompressDCtx(context, out, capacity, frame, frame_size);
    run->latencies[run->done++] = floor_now() - begin;
    if (ZSTD_isError(result)) { status = FLOOR_ZSTD; break; }
  }
  free(out);
  ZSTD_freeDDict(digest);
  ZSTD_freeDCtx(context);
  return status;
}
