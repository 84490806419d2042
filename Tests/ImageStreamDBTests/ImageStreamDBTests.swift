// Tests of ImageStreamDB.
