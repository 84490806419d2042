/* Loaded before the C library: writes down every write and sync of a store's data.mdb and wal, in order, to the file that ISDB_TRACE_FILE names.
 *
 * A record is: kind (4 bytes), file (4), offset or number of the sync (8), length (8), then the bytes of a write.
 * A write is written down after it took place, and the beginning of a sync before: what stands before a sync's beginning is on the device at its end. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, SYNC_BEGIN = 2, SYNC_END = 3, TRUNCATE = 4 };

struct record {
  uint32_t kind, file;
  uint64_t offset, length;
};

static int trace = -1;
static uint64_t syncs;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("ISDB_TRACE_FILE");
  if (path) trace = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* 1 for the data file, 2 for the log, 3 for acknowledgements, 0 for all others. */
static uint32_t file_of(int descriptor) {
  char link[64], path[4096];
  char *p = link;
  memcpy(p, "/proc/self/fd/", 14);
  p += 14;
  char digits[12];
  int n = 0, d = descriptor;
  do digits[n++] = '0' + d % 10; while (d /= 10);
  while (n) *p++ = digits[--n];
  *p = 0;
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  const char *name = strrchr(path, '/');
  if (!name) return 0;
  if (!strcmp(name, "/data.mdb")) return 1;
  if (!strcmp(name, "/wal")) return 2;
  if (!strcmp(name, "/acknowledged")) return 3;
  return 0;
}

static void note(uint32_t kind, uint32_t file, uint64_t offset, uint64_t length, const struct iovec *parts, int count) {
  struct record record = {kind, file, offset, length};
  struct iovec all[1030] = {{&record, sizeof record}};
  int used = 1;
  uint64_t left = parts ? length : 0;
  for (int i = 0; i < count && left && used < 1030; i++, used++) {
    all[used] = parts[i];
    if (all[used].iov_len > left) all[used].iov_len = left;
    left -= all[used].iov_len;
  }
  if (syscall(SYS_writev, trace, all, used) < 0) abort();
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  ssize_t result = syscall(SYS_pwrite64, descriptor, bytes, count, offset);
  uint32_t file = trace >= 0 && result > 0 ? file_of(descriptor) : 0;
  struct iovec part = {(void *)bytes, result > 0 ? (size_t)result : 0};
  if (file) note(WRITE, file, offset, result, &part, 1);
  return result;
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off_t offset) { return pwrite(descriptor, bytes, count, offset); }

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
  ssize_t result = syscall(SYS_pwritev, descriptor, parts, count, offset, 0);
  uint32_t file = trace >= 0 && result > 0 ? file_of(descriptor) : 0;
  if (file) note(WRITE, file, offset, result, parts, count);
  return result;
}
ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off_t offset) { return pwritev(descriptor, parts, count, offset); }

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  off_t offset = lseek(descriptor, 0, SEEK_CUR);
  ssize_t result = syscall(SYS_writev, descriptor, parts, count);
  uint32_t file = trace >= 0 && result > 0 ? file_of(descriptor) : 0;
  if (file) note(WRITE, file, offset, result, parts, count);
  return result;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  off_t offset = lseek(descriptor, 0, SEEK_CUR);
  ssize_t result = syscall(SYS_write, descriptor, bytes, count);
  uint32_t file = trace >= 0 && result > 0 ? file_of(descriptor) : 0;
  struct iovec part = {(void *)bytes, result > 0 ? (size_t)result : 0};
  if (file) note(WRITE, file, offset, result, &part, 1);
  return result;
}

static int sync_with(long call, int descriptor) {
  uint32_t file = trace >= 0 ? file_of(descriptor) : 0;
  uint64_t number = (uint64_t)getpid() << 32 | __atomic_add_fetch(&syncs, 1, __ATOMIC_RELAXED);
  if (file) note(SYNC_BEGIN, file, number, 0, 0, 0);
  int result = syscall(call, descriptor);
  if (file && result == 0) note(SYNC_END, file, number, 0, 0, 0);
  return result;
}
int fdatasync(int descriptor) { return sync_with(SYS_fdatasync, descriptor); }
int fsync(int descriptor) { return sync_with(SYS_fsync, descriptor); }

int ftruncate(int descriptor, off_t length) {
  int result = syscall(SYS_ftruncate, descriptor, length);
  uint32_t file = trace >= 0 && result == 0 ? file_of(descriptor) : 0;
  if (file) note(TRUNCATE, file, length, 0, 0, 0);
  return result;
}
int ftruncate64(int descriptor, off_t length) { return ftruncate(descriptor, length); }
