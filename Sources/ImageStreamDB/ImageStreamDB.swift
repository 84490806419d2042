// The ImageStreamDB module.
