// Tests of MVCC.
