// The MVCC module.
