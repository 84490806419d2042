// Tests of ImageImport.
