#ifndef ISDB_SIGNAL_MASK_H
#define ISDB_SIGNAL_MASK_H

// Lets the calling thread receive every signal until the mask is restored.
//
// libdispatch blocks signals in its threads so that they arrive at its sources; a process spawned by such a thread would inherit that and could
// not be ended by SIGTERM.
void isdb_signal_mask_clear(void);

// Gives the calling thread the mask back that it had before isdb_signal_mask_clear.
void isdb_signal_mask_restore(void);

#endif
