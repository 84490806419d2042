#define _GNU_SOURCE
#include "CFloor.h"
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct floor_store {
  MDB_env *env;
  MDB_dbi current, history, log, time;
  uint64_t revision;
  uint64_t random;
  uint8_t *value;
};

#define TRY(call) do { int status_ = (call); if (status_) return status_; } while (0)

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t next(floor_store *store) {
  uint64_t mixed = store->random += 0x9E3779B97F4A7C15u;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
  return mixed ^ (mixed >> 31);
}

static void big_endian(uint8_t *bytes, uint64_t number) {
  for (int place = 7; place >= 0; place--, number >>= 8) bytes[place] = (uint8_t)number;
}

// The form of a tag's key, 40 bytes.
static MDB_val key_of(char *buffer, uint64_t number) {
  int length = snprintf(buffer, 64, "isdb/tags/namespace/stream-%06llu:latest", (unsigned long long)number);
  return (MDB_val){(size_t)length, buffer};
}

int floor_open(const char *directory, floor_store **out) {
  floor_store *store = calloc(1, sizeof *store);
  store->value = malloc(1 << 20);
  for (int i = 0; i < 1 << 20; i++) store->value[i] = (uint8_t)(next(store) & 0x7F);
  TRY(mdb_env_create(&store->env));
  TRY(mdb_env_set_mapsize(store->env, (size_t)64 << 30));
  TRY(mdb_env_set_maxdbs(store->env, 8));
  TRY(mdb_env_open(store->env, directory, MDB_NOTLS, 0600));
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
  free(store->value);
  free(store);
}

static int put_one(floor_store *store, MDB_txn *txn, int keys, int size) {
  char buffer[64];
  MDB_val key = key_of(buffer, next(store) % (uint64_t)keys);
  MDB_val value = {(size_t)size, store->value + next(store) % 65536};
  return mdb_put(txn, store->current, &key, &value, 0);
}

int floor_put_one_tree(floor_store *store, int keys, int size, int count, uint64_t *latencies) {
  return floor_put_batches(store, keys, size, 1, count, latencies);
}

int floor_put_batches(floor_store *store, int keys, int size, int batch, int count, uint64_t *latencies) {
  for (int i = 0; i < count; i++) {
    uint64_t begin = now();
    MDB_txn *txn;
    TRY(mdb_txn_begin(store->env, NULL, 0, &txn));
    for (int j = 0; j < batch; j++) TRY(put_one(store, txn, keys, size));
    TRY(mdb_txn_commit(txn));
    latencies[i] = now() - begin;
  }
  return 0;
}

static int put_all(floor_store *store, MDB_txn *txn, int keys, int size) {
  char buffer[64];
  uint8_t row[4096], place[80], stamp[16];
  uint64_t revision = ++store->revision;
  MDB_val key = key_of(buffer, next(store) % (uint64_t)keys), old;
  MDB_val value = {(size_t)size, store->value + next(store) % 65536};
  int found = mdb_get(txn, store->current, &key, &old);
  if (found == 0) {
    memcpy(place, key.mv_data, key.mv_size);
    place[key.mv_size] = 0;
    big_endian(place + key.mv_size + 1, revision - 1);
    big_endian(row, revision);
    memcpy(row + 8, old.mv_data, old.mv_size);
    MDB_val past_key = {key.mv_size + 9, place}, past = {old.mv_size + 8, row};
    TRY(mdb_put(txn, store->history, &past_key, &past, 0));
  } else if (found != MDB_NOTFOUND) {
    return found;
  }
  TRY(mdb_put(txn, store->current, &key, &value, 0));
  memcpy(row, key.mv_data, key.mv_size);
  size_t inline_size = value.mv_size <= 256 ? value.mv_size : 0;
  memcpy(row + key.mv_size, value.mv_data, inline_size);
  big_endian(place, revision);
  place[8] = place[9] = 0;
  MDB_val log_key = {10, place}, log_row = {key.mv_size + inline_size + 8, row};
  TRY(mdb_put(txn, store->log, &log_key, &log_row, MDB_APPEND));
  big_endian(stamp, now());
  MDB_val time_key = {8, place}, time_row = {8, stamp};
  return mdb_put(txn, store->time, &time_key, &time_row, MDB_APPEND);
}

int floor_put_same_trees(floor_store *store, int keys, int size, int count, uint64_t *latencies) {
  for (int i = 0; i < count; i++) {
    uint64_t begin = now();
    MDB_txn *txn;
    MDB_dbi main_tree;
    TRY(mdb_txn_begin(store->env, NULL, 0, &txn));
    TRY(mdb_dbi_open(txn, NULL, 0, &main_tree));
    TRY(put_all(store, txn, keys, size));
    MDB_val state_key = {6, "\0state"}, state = {116, store->value};
    TRY(mdb_put(txn, main_tree, &state_key, &state, 0));
    TRY(mdb_txn_commit(txn));
    latencies[i] = now() - begin;
  }
  return 0;
}

int floor_fill(floor_store *store, int keys, int size) {
  for (int first = 0; first < keys; first += 1000) {
    MDB_txn *txn;
    TRY(mdb_txn_begin(store->env, NULL, 0, &txn));
    for (int number = first; number < keys && number < first + 1000; number++) {
      char buffer[64];
      MDB_val key = key_of(buffer, (uint64_t)number);
      MDB_val value = {(size_t)size, store->value + next(store) % 65536};
      TRY(mdb_put(txn, store->current, &key, &value, 0));
    }
    TRY(mdb_txn_commit(txn));
  }
  return 0;
}

int floor_get(floor_store *store, int keys, int count, uint64_t *latencies) {
  MDB_txn *txn;
  TRY(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn));
  mdb_txn_reset(txn);
  uint8_t copy[8192];
  for (int i = 0; i < count; i++) {
    uint64_t begin = now();
    char buffer[64];
    MDB_val key = key_of(buffer, next(store) % (uint64_t)keys), value;
    TRY(mdb_txn_renew(txn));
    TRY(mdb_get(txn, store->current, &key, &value));
    memcpy(copy, value.mv_data, value.mv_size);
    __asm__ volatile("" : : "r"(copy) : "memory");
    mdb_txn_reset(txn);
    latencies[i] = now() - begin;
  }
  mdb_txn_abort(txn);
  return 0;
}

int floor_range(floor_store *store, int keys, int length, int count, uint64_t *latencies) {
  MDB_txn *txn;
  TRY(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn));
  mdb_txn_reset(txn);
  uint8_t *copy = malloc((size_t)length * 8192);
  for (int i = 0; i < count; i++) {
    uint64_t begin = now();
    char buffer[64];
    MDB_val key = key_of(buffer, next(store) % (uint64_t)(keys - length)), value;
    MDB_cursor *cursor;
    TRY(mdb_txn_renew(txn));
    TRY(mdb_cursor_open(txn, store->current, &cursor));
    uint8_t *end = copy;
    int status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    for (int j = 0; j < length && status == 0; j++) {
      memcpy(end, key.mv_data, key.mv_size);
      memcpy(end + key.mv_size, value.mv_data, value.mv_size);
      end += key.mv_size + value.mv_size;
      status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    __asm__ volatile("" : : "r"(copy) : "memory");
    mdb_cursor_close(cursor);
    mdb_txn_reset(txn);
    latencies[i] = now() - begin;
  }
  free(copy);
  mdb_txn_abort(txn);
  return 0;
}

int floor_sync(const char *path, int count, uint64_t *latencies) {
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return errno;
  static uint8_t page[4096];
  for (int i = 0; i < 64; i++) if (pwrite(file, page, sizeof page, i * 4096) != (ssize_t)sizeof page) return errno;
  fsync(file);
  for (int i = 0; i < count; i++) {
    uint64_t begin = now();
    page[0]++;
    if (pwrite(file, page, sizeof page, (i % 64) * 4096) != (ssize_t)sizeof page || fdatasync(file)) return errno;
    latencies[i] = now() - begin;
  }
  close(file);
  unlink(path);
  return 0;
}
