#ifndef CDOORBELL_H
#define CDOORBELL_H

#include <stdint.h>

/*
 * A doorbell: a counter in a page that processes map from one file, and that threads can sleep on.
 *
 * Ringing it is a hint that something may have changed, never news of what. Integers stand for the pages, so that callers need no pointers;
 * every function may be called from any thread, also while another unmaps the handle: it then does nothing, or waits in vain until its timeout.
 */

/* Maps the first 4096 bytes of the file, which is made that long if it is shorter. The descriptor can be closed afterwards.
   Returns a handle >= 0, or -errno; -EMFILE when this process has 1024 doorbells mapped. */
int cdoorbell_map(int fd);

/* Gives the handle back. Sleeping threads are woken and the page goes with the last of them. */
void cdoorbell_unmap(int handle);

/* The counter; 0 for a handle that is not mapped. */
uint32_t cdoorbell_word(int handle);

/* Adds one to the counter and wakes every thread of every process that waits for it. */
void cdoorbell_ring(int handle);

/* Sleeps until the counter differs from `seen`. Returns 0 when it does or the sleep was interrupted, and 1 after timeout_ns nanoseconds;
   a negative timeout is none. A handle that is not mapped returns 1 at once. */
int cdoorbell_wait(int handle, uint32_t seen, int64_t timeout_ns);

#endif
