// Whoever opens an image store speaks of revisions, digests and references: they come along.
@_exported public import MVCC
@_exported public import OCI
