internal import CZstd

/// What zstd refused, and why.
public struct ZstdError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: Hashable, Sendable {
    /// The bytes are not one whole frame, or are damaged.
    case invalidFrame
    /// The frame's content has another size than was expected.
    case wrongByteCount
    /// The frame needs another dictionary than was given.
    case wrongDictionary
    /// The dictionary's bytes are no dictionary, or bear another identifier.
    case invalidDictionary
    /// The samples are too few or too small to train a dictionary from.
    case unsuitableSamples
    case outOfMemory
    /// Anything else; see the message.
    case other
  }

  public let code: Code
  /// One sentence: what failed, the limit or state, the remedy.
  public let message: String

  public var description: String { message }

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The error in a size that a function of zstd returned; nil when it is a size.
  init?(result: Int, _ operation: String) {
    guard ZSTD_isError(result) != 0 else { return nil }
    let reason = unsafe String(cString: ZSTD_getErrorName(result))
    let code: Code =
      switch ZSTD_getErrorCode(result) {
      case ZSTD_error_memory_allocation: .outOfMemory
      case ZSTD_error_dictionary_wrong: .wrongDictionary
      case ZSTD_error_dictionary_corrupted, ZSTD_error_dictionaryCreation_failed: .invalidDictionary
      case ZSTD_error_prefix_unknown, ZSTD_error_corruption_detected, ZSTD_error_srcSize_wrong, ZSTD_error_checksum_wrong,
        ZSTD_error_version_unsupported, ZSTD_error_frameParameter_unsupported, ZSTD_error_frameParameter_windowTooLarge:
        .invalidFrame
      case ZSTD_error_dstSize_tooSmall: .wrongByteCount
      default: .other
      }
    self.init(code, "cannot \(operation): \(reason)")
  }
}
