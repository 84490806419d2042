// Tests of Zstd.
