#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "CDoorbell.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#endif

enum { MAXIMUM_DOORBELLS = 1024, PAGE_BYTES = 4096 };

/* A handle is an index into this table. A page stays mapped while anyone uses it, so that unmap may run beside wait. */
struct doorbell {
  _Atomic(uint32_t) *word;
  int users;      /* calls that use the page now */
  int is_mapped;  /* false once unmap was called */
};

static struct doorbell doorbells[MAXIMUM_DOORBELLS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

int cdoorbell_map(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return -errno;
  /* Two processes may do this at once: both ask for the same length, and nobody writes past it. */
  if (status.st_size < PAGE_BYTES && ftruncate(fd, PAGE_BYTES) != 0) return -errno;
  void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED) return -errno;

  int handle = -EMFILE;
  pthread_mutex_lock(&lock);
  for (int i = 0; i < MAXIMUM_DOORBELLS; i++) {
    if (doorbells[i].word != NULL) continue;
    doorbells[i].word = page;
    doorbells[i].users = 0;
    doorbells[i].is_mapped = 1;
    handle = i;
    break;
  }
  pthread_mutex_unlock(&lock);
  if (handle < 0) munmap(page, PAGE_BYTES);
  return handle;
}

/* The counter of a mapped handle, which stays mapped until leave(); NULL for any other. */
static _Atomic(uint32_t) *enter(int handle) {
  if (handle < 0 || handle >= MAXIMUM_DOORBELLS) return NULL;
  _Atomic(uint32_t) *word = NULL;
  pthread_mutex_lock(&lock);
  if (doorbells[handle].is_mapped) {
    doorbells[handle].users++;
    word = doorbells[handle].word;
  }
  pthread_mutex_unlock(&lock);
  return word;
}

static void leave(int handle) {
  void *page = NULL;
  pthread_mutex_lock(&lock);
  struct doorbell *doorbell = &doorbells[handle];
  if (--doorbell->users == 0 && !doorbell->is_mapped) {
    page = (void *)doorbell->word;
    doorbell->word = NULL;
  }
  pthread_mutex_unlock(&lock);
  if (page != NULL) munmap(page, PAGE_BYTES);
}

static void wake(_Atomic(uint32_t) *word) {
#if defined(__linux__)
  /* Not FUTEX_PRIVATE: other processes wait on the same page. */
  syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
#else
  (void)word; /* waiters poll */
#endif
}

void cdoorbell_unmap(int handle) {
  _Atomic(uint32_t) *word = enter(handle);
  if (word == NULL) return;
  pthread_mutex_lock(&lock);
  doorbells[handle].is_mapped = 0;
  pthread_mutex_unlock(&lock);
  /* Sleepers return by a spurious ring, which is always allowed. */
  atomic_fetch_add(word, 1);
  wake(word);
  leave(handle);
}

uint32_t cdoorbell_word(int handle) {
  _Atomic(uint32_t) *word = enter(handle);
  if (word == NULL) return 0;
  uint32_t value = atomic_load(word);
  leave(handle);
  return value;
}

void cdoorbell_ring(int handle) {
  _Atomic(uint32_t) *word = enter(handle);
  if (word == NULL) return;
  atomic_fetch_add(word, 1);
  wake(word);
  leave(handle);
}

#if defined(__linux__)

static int sleep_on(_Atomic(uint32_t) *word, uint32_t seen, int64_t timeout_ns) {
  struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
  /* The kernel compares and sleeps in one step, and says EAGAIN when the counter has moved already. */
  long result = syscall(SYS_futex, word, FUTEX_WAIT, seen, timeout_ns < 0 ? NULL : &timeout, NULL, 0);
  return result != 0 && errno == ETIMEDOUT;
}

#else

static int sleep_on(_Atomic(uint32_t) *word, uint32_t seen, int64_t timeout_ns) {
  const int64_t slice = 2000000; /* 2 ms: what a wake-up may be late where there is no futex between processes */
  int64_t waited = 0;
  while (atomic_load(word) == seen) {
    if (timeout_ns >= 0 && waited >= timeout_ns) return 1;
    struct timespec pause = {.tv_sec = 0, .tv_nsec = slice};
    nanosleep(&pause, NULL);
    waited += slice;
  }
  return 0;
}

#endif

int cdoorbell_wait(int handle, uint32_t seen, int64_t timeout_ns) {
  _Atomic(uint32_t) *word = enter(handle);
  if (word == NULL) return 1;
  int has_timed_out = sleep_on(word, seen, timeout_ns);
  leave(handle);
  return has_timed_out;
}
