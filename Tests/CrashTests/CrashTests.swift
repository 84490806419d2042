// Tests of Crash.
