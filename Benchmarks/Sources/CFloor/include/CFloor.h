// The floors: what the same logical work costs in C straight on LMDB and zstd, on the same disk and in the same run.
// Every function answers 0 or an error code: LMDB's, errno, or FLOOR_ZSTD. Latencies are nanoseconds, one for each operation or batch.
#include <stddef.h>
#include <stdint.h>

#define FLOOR_ZSTD (-1)

typedef struct floor_store floor_store;

// Where a key and a value lie in the bytes of a list of operations.
typedef struct {
  uint32_t key_at, key_size, value_at, value_size;
} floor_operation;

typedef struct {
  const uint8_t *bytes;
  const floor_operation *operations;
  size_t count;
} floor_list;

// How far a run came: the latencies it wrote, before its operations or its time were used up.
typedef struct {
  uint64_t *latencies;
  size_t done;
  double seconds;
} floor_run;

int floor_open(const char *directory, floor_store **store);
void floor_close(floor_store *store);

// Puts every operation, a thousand to a commit, into the tree of newest versions alone.
int floor_load(floor_store *store, floor_list list);

// `batch` puts to a commit, in one tree: set the value.
int floor_put_one_tree(floor_store *store, floor_list list, size_t batch, floor_run *run);

// The same with every tree that the store writes: current (read and overwritten), history, log; for each commit, time and state.
int floor_put_same_trees(floor_store *store, floor_list list, size_t batch, floor_run *run);

// For each operation a renewed read transaction, and one lookup and copy of its key.
int floor_get(floor_store *store, floor_list list, floor_run *run);

// For each operation a renewed read transaction, and `length` neighbouring keys from its key on, copied, with or without their values.
int floor_range(floor_store *store, floor_list list, size_t length, int with_values, floor_run *run);

// Opens and closes a store's directory, `count` times; the time of the opening and of one read is noted.
int floor_open_again(const char *directory, size_t count, floor_run *run);

// The number of the last transaction committed to an LMDB data file, from its two meta pages. The file may be open in this process: closing a
// descriptor drops the process's locks on that file, but LMDB keeps its locks on lock.mdb.
int floor_last_transaction(const char *file, uint64_t *transaction);

// Trains a zstd dictionary on the values of a list.
int floor_train(floor_list samples, uint8_t *dictionary, size_t capacity, size_t *size);

// The zstd frame of the value of one operation, at level 3.
int floor_compress(floor_list list, size_t index, const uint8_t *dictionary, size_t size, uint8_t *frame, size_t capacity, size_t *written);

// Decompresses the values of a list, which are frames.
int floor_decompress(floor_list frames, const uint8_t *dictionary, size_t size, floor_run *run);

// One 4 KiB write and one fdatasync of a file that is as large already: what the disk itself needs.
int floor_sync(const char *path, size_t count, floor_run *run);
