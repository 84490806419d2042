/// Why something was not compressed or restored.
public enum GzipError: Error, Hashable, Sendable {
  /// The bytes are not one whole gzip stream after another.
  case damaged

  /// There is more than was allowed.
  case tooLarge

  /// zlib did not get the memory that it needs, a quarter of a megabyte.
  case outOfMemory
}
