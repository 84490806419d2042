#define _GNU_SOURCE
#include "CFloor.h"
#include "clock.h"
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct floor_store {
  MDB_env *env;
  MDB_dbi current, history, log, time;
  uint64_t revision;
  uint8_t *row;
};

enum { row_capacity = 1 << 20, key_capacity = 512, inline_limit = 256, state_size = 116 };

#define TRY(call) do { int status_ = (call); if (status_) return status_; } while (0)

static void big_endian(uint8_t *bytes, uint64_t number) {
  for (int place = 7; place >= 0; place--, number >>= 8) bytes[place] = (uint8_t)number;
}

static MDB_val key_of(floor_list list, size_t index) {
  return (MDB_val){list.operations[index].key_size, (void *)(list.bytes + list.operations[index].key_at)};
}

static MDB_val value_of(floor_list list, size_t index) {
  return (MDB_val){list.operations[index].value_size, (void *)(list.bytes + list.operations[index].value_at)};
}

static int open_environment(const char *directory, MDB_env **env) {
  TRY(mdb_env_create(env));
  TRY(mdb_env_set_mapsize(*env, (size_t)256 << 30));
  TRY(mdb_env_set_maxdbs(*env, 12));
  return mdb_env_open(*env, directory, MDB_NOTLS, 0600);
}

int floor_open(const char *directory, floor_store **out) {
  floor_store *store = calloc(1, sizeof *store);
  store->row = malloc(row_capacity);
  TRY(open_environment(directory, &store->env));
  MDB_txn *txn;
  TRY(mdb_txn_begin(store->env, NULL, 0, &txn));
  TRY(mdb_dbi_open(txn, "current", MDB_CREATE, &store->current));
  TRY(mdb_dbi_open(txn, "history", MDB_CREATE, &store->history));
  TRY(mdb_dbi_open(txn, "log", MDB_CREATE, &store->log));
  TRY(mdb_dbi_open(txn, "time", MDB_CREATE, &store->time));
  TRY(mdb_txn_commit(txn));
  store->revision = 1;
  *out = store;
  return 0;
}

void floor_close(floor_store *store) {
  mdb_env_close(store->env);
  free(store->row);
  free(store);
}

int floor_load(floor_store *store, floor_list list) {
  for (size_t first = 0; first < list.count; first += 1000) {
    MDB_txn *txn;
    TRY(mdb_txn_begin(store->env, NULL, 0, &txn));
    for (size_t index = first; index < list.count && index < first + 1000; index++) {
      MDB_val key = key_of(list, index), value = value_of(list, index);
      TRY(mdb_put(txn, store->current, &key, &value, 0));
    }
    TRY(mdb_txn_commit(txn));
  }
  return 0;
}

static int put_one(floor_store *store, MDB_txn *txn, floor_list list, size_t index) {
  MDB_val key = key_of(list, index), value = value_of(list, index);
  return mdb_put(txn, store->current, &key, &value, 0);
}

static int put_all(floor_store *store, MDB_txn *txn, floor_list list, size_t index) {
  uint8_t place[key_capacity];
  uint64_t revision = ++store->revision;
  MDB_val key = key_of(list, index), value = value_of(list, index), old;
  int found = mdb_get(txn, store->current, &key, &old);
  if (found == 0) {
    memcpy(place, key.mv_data, key.mv_size);
    place[key.mv_size] = 0;
    big_endian(place + key.mv_size + 1, revision - 1);
    big_endian(store->row, revision);
    memcpy(store->row + 8, old.mv_data, old.mv_size);
    MDB_val past_key = {key.mv_size + 9, place}, past = {old.mv_size + 8, store->row};
    TRY(mdb_put(txn, store->history, &past_key, &past, 0));
  } else if (found != MDB_NOTFOUND) {
    return found;
  }
  TRY(mdb_put(txn, store->current, &key, &value, 0));
  size_t inline_size = value.mv_size <= inline_limit ? value.mv_size : 0;
  memcpy(store->row, key.mv_data, key.mv_size);
  memcpy(store->row + key.mv_size, value.mv_data, inline_size);
  big_endian(place, revision);
  place[8] = place[9] = 0;
  MDB_val log_key = {10, place}, log_row = {key.mv_size + inline_size + 8, store->row};
  return mdb_put(txn, store->log, &log_key, &log_row, MDB_APPEND);
}

// What numbers a commit: one row of the time tree and the state record in the main tree.
static int put_state(floor_store *store, MDB_txn *txn) {
  MDB_dbi main_tree;
  uint8_t place[8], stamp[8];
  TRY(mdb_dbi_open(txn, NULL, 0, &main_tree));
  big_endian(place, store->revision);
  big_endian(stamp, floor_now());
  MDB_val time_key = {8, place}, time_row = {8, stamp};
  TRY(mdb_put(txn, store->time, &time_key, &time_row, MDB_APPEND));
  MDB_val state_key = {6, "\0state"}, state = {state_size, store->row};
  return mdb_put(txn, main_tree, &state_key, &state, 0);
}

static int put(floor_store *store, floor_list list, size_t batch, int all_trees, floor_run *run) {
  uint64_t end = floor_now() + (uint64_t)(run->seconds * 1e9);
  for (size_t first = 0; first < list.count; first += batch) {
    uint64_t begin = floor_now();
    if (begin >= end) break;
    MDB_txn *txn;
    TRY(mdb_txn_begin(store->env, NULL, 0, &txn));
    for (size_t index = first; index < first + batch && index < list.count; index++)
      TRY(all_trees ? put_all(store, txn, list, index) : put_one(store, txn, list, index));
    if (all_trees) TRY(put_state(store, txn));
    TRY(mdb_txn_commit(txn));
    run->latencies[run->done++] = floor_now() - begin;
  }
  return 0;
}

int floor_put_one_tree(floor_store *store, floor_list list, size_t batch, floor_run *run) { return put(store, list, batch, 0, run); }

int floor_put_same_trees(floor_store *store, floor_list list, size_t batch, floor_run *run) { return put(store, list, batch, 1, run); }

int floor_get(floor_store *store, floor_list list, floor_run *run) {
  MDB_txn *txn;
  TRY(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn));
  mdb_txn_reset(txn);
  uint64_t end = floor_now() + (uint64_t)(run->seconds * 1e9);
  for (size_t index = 0; index < list.count; index++) {
    uint64_t begin = floor_now();
    if (begin >= end) break;
    MDB_val key = key_of(list, index), value;
    TRY(mdb_txn_renew(txn));
    TRY(mdb_get(txn, store->current, &key, &value));
    memcpy(store->row, value.mv_data, value.mv_size);
    __asm__ volatile("" : : "r"(store->row) : "memory");
    mdb_txn_reset(txn);
    run->latencies[run->done++] = floor_now() - begin;
  }
  mdb_txn_abort(txn);
  return 0;
}

static int copy_range(floor_store *store, MDB_txn *txn, MDB_val key, size_t length, int with_values, uint8_t *copy) {
  MDB_cursor *cursor;
  MDB_val value;
  TRY(mdb_txn_renew(txn));
  TRY(mdb_cursor_open(txn, store->current, &cursor));
  uint8_t *end = copy;
  int status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
  for (size_t i = 0; i < length && status == 0; i++) {
    memcpy(end, key.mv_data, key.mv_size);
    end += key.mv_size;
    if (with_values) {
      memcpy(end, value.mv_data, value.mv_size);
      end += value.mv_size;
    }
    status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
  }
  __asm__ volatile("" : : "r"(copy) : "memory");
  mdb_cursor_close(cursor);
  mdb_txn_reset(txn);
  return status == MDB_NOTFOUND ? 0 : status;
}

int floor_range(floor_store *store, floor_list list, size_t length, int with_values, floor_run *run) {
  MDB_txn *txn;
  TRY(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn));
  mdb_txn_reset(txn);
  uint8_t *copy = malloc(length * 8192);
  uint64_t end = floor_now() + (uint64_t)(run->seconds * 1e9);
  int status = 0;
  for (size_t index = 0; index < list.count && status == 0; index++) {
    uint64_t begin = floor_now();
    if (begin >= end) break;
    status = copy_range(store, txn, key_of(list, index), length, with_values, copy);
    run->latencies[run->done++] = floor_now() - begin;
  }
  free(copy);
  mdb_txn_abort(txn);
  return status;
}

static int open_and_read(const char *directory, MDB_env **env) {
  TRY(open_environment(directory, env));
  MDB_txn *txn;
  MDB_dbi current;
  MDB_stat stat;
  TRY(mdb_txn_begin(*env, NULL, MDB_RDONLY, &txn));
  TRY(mdb_dbi_open(txn, "current", 0, &current));
  TRY(mdb_stat(txn, current, &stat));
  mdb_txn_abort(txn);
  return 0;
}

int floor_open_again(const char *directory, size_t count, floor_run *run) {
  for (size_t i = 0; i < count; i++) {
    MDB_env *env = NULL;
    uint64_t begin = floor_now();
    int status = open_and_read(directory, &env);
    run->latencies[run->done++] = floor_now() - begin;
    mdb_env_close(env);
    TRY(status);
  }
  return 0;
}

int floor_last_transaction(const char *path, uint64_t *transaction) {
  // Page header 16, then magic 4, version 4, address 8, map size 8, two databases of 48, last page 8: the transaction's number is at 144.
  enum { meta_offset = 144 };
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno;
  long page = sysconf(_SC_PAGESIZE);
  uint64_t metas[2] = {0, 0};
  int complete = pread(file, &metas[0], 8, meta_offset) == 8 && pread(file, &metas[1], 8, page + meta_offset) == 8;
  close(file);
  *transaction = metas[0] > metas[1] ? metas[0] : metas[1];
  return complete ? 0 : EIO;
}

int floor_sync(const char *path, size_t count, floor_run *run) {
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return errno;
  static uint8_t page[4096];
  for (int i = 0; i < 64; i++) if (pwrite(file, page, sizeof page, i * 4096) != (ssize_t)sizeof page) return errno;
  fsync(file);
  for (size_t i = 0; i < count; i++) {
    uint64_t begin = floor_now();
    page[0]++;
    if (pwrite(file, page, sizeof page, (off_t)(i % 64) * 4096) != (ssize_t)sizeof page || fdatasync(file)) return errno;
    run->latencies[run->done++] = floor_now() - begin;
  }
  close(file);
  unlink(path);
  return 0;
}
