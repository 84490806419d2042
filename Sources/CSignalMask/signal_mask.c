#include "CSignalMask.h"

#include <signal.h>
#include <stddef.h>

static _Thread_local sigset_t saved;

void isdb_signal_mask_clear(void) {
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, &saved);
}

void isdb_signal_mask_restore(void) { pthread_sigmask(SIG_SETMASK, &saved, NULL); }
