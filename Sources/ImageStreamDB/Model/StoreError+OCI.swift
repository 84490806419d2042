public import MVCC
public import OCI

extension StoreError {
  /// A refusal of the OCI types in the store's codes.
  public init(_ error: OCIError) {
    let code: Code =
      switch error.code {
      case .digestMismatch: .digestMismatch
      case .tooLarge: .tooLarge
      case .unsupportedContent: .unsupported
      case .notFound: .notFound
      default: .invalidArgument
      }
    self.init(code, error.message, cause: error)
  }
}
