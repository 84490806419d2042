// The floors: what the same logical work costs in C straight on LMDB, on the same disk and in the same run.
// Every function answers 0 or LMDB's error code. Latencies are nanoseconds, one for each operation or batch.
#include <stddef.h>
#include <stdint.h>

typedef struct floor_store floor_store;

int floor_open(const char *directory, floor_store **store);
void floor_close(floor_store *store);

// One put of `size` bytes at a random one of `keys` keys, and one commit, in one tree.
int floor_put_one_tree(floor_store *store, int keys, int size, int count, uint64_t *latencies);

// The same with every tree that the store writes: current (read and overwritten), history, log, time, state.
int floor_put_same_trees(floor_store *store, int keys, int size, int count, uint64_t *latencies);

// `batch` puts in one tree, and one commit.
int floor_put_batches(floor_store *store, int keys, int size, int batch, int count, uint64_t *latencies);

// Fills the tree with `keys` keys, in batches.
int floor_fill(floor_store *store, int keys, int size);

// One lookup and copy of a random key in a renewed read transaction.
int floor_get(floor_store *store, int keys, int count, uint64_t *latencies);

// `length` neighbouring keys with their values copied, from a random one on.
int floor_range(floor_store *store, int keys, int length, int count, uint64_t *latencies);

// One 4 KiB write and one fdatasync of a file that is as large already: what the disk itself needs.
int floor_sync(const char *path, int count, uint64_t *latencies);
