// Tests of OCI.
