// The ImageImport module.
