#ifndef CLMDB_SHIM_H
#define CLMDB_SHIM_H

#include <lmdb.h>

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#else
#include <pthread.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/stdio.h>
#endif

/* System calls that Swift's own C library module does not show. Each returns 0 or an errno. */

/* The `f_type` magic number of the file system that holds `path`, from statfs(2). Zero where the kernel names file systems instead. */
static inline int clmdb_file_system_magic(const char *path, uint64_t *magic) {
  struct statfs information;
  if (statfs(path, &information) != 0) return errno;
#if defined(__linux__)
  *magic = (uint64_t)(uint32_t)information.f_type;
#else
  *magic = (information.f_flags & MNT_LOCAL) ? 0 : 0x6969;
#endif
  return 0;
}

/* rename(2) that fails with EEXIST when `to` exists. EINVAL or ENOSYS: the file system or the kernel cannot. */
static inline int clmdb_rename_no_replace(const char *from, const char *to) {
#if defined(__linux__)
  /* AT_FDCWD is -100 and RENAME_NOREPLACE is 1 in the kernel's ABI; the C library shows them only to GNU sources. */
  return syscall(SYS_renameat2, -100, from, -100, to, 1u) == 0 ? 0 : errno;
#else
  return renamex_np(from, to, RENAME_EXCL) == 0 ? 0 : errno;
#endif
}

/* Writes the changed pages of a part of a file to the device and waits for them. A hint: nothing is durable before the file is synced. */
static inline void clmdb_write_out(int descriptor, int64_t offset, int64_t count) {
#if defined(__linux__)
  /* SYNC_FILE_RANGE_WAIT_BEFORE, _WRITE and _WAIT_AFTER, which the C library shows to GNU sources only. */
  syscall(SYS_sync_file_range, descriptor, offset, count, 7u);
#else
  (void)descriptor, (void)offset, (void)count;
#endif
}

/* fork(2), for the test that a child is refused its parent's environment. */
static inline int clmdb_fork(void) { return (int)fork(); }

/* Names the calling thread for debuggers; Linux keeps 15 bytes. */
static inline void clmdb_name_thread(const char *name) {
#if defined(__linux__)
  prctl(PR_SET_NAME, name, 0, 0, 0);
#else
  pthread_setname_np(name);
#endif
}

/* The soft limit on this process's address space in bytes, UINT64_MAX when there is none. */
static inline uint64_t clmdb_address_space_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
  return (uint64_t)limit.rlim_cur;
}

#endif
