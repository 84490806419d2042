public import ImageStreamDB
internal import RegistryClient

/// What an import came to.
public struct ImportOutcome: Hashable, Sendable {
  /// The tag as it is afterwards.
  public let tag: Tag
  /// Whether the tag moved.
  public let hasMoved: Bool
  /// Images that were not in the store before.
  public let addedImages: Int

  /// The tag's newest event: a new one, or the present one when the source had nothing new or the move was refused (`Tag.refused`).
  public var event: TagEvent? { tag.newest }
}

/// Imports images: fetches their metadata, never their layers, stores it, and points tags at it.
public struct ImageImporter: Sendable {
  private let store: ImageStore

  /// An importer into `store`.
  public init(store: ImageStore) { self.store = store }

  /// Imports an image and points a tag at it.
  ///
  /// If anything fails, the tag keeps what it points at, and the failure is noted on it.
  ///
  /// - Throws: what the source throws; `StoreError`.
  @discardableResult
  public func importImage(
    from source: some ImageSource, to tag: ImageStreamTagName, by: String = "", progress: @Sendable (ImportProgress) -> Void = { _ in }
  ) async throws -> ImportOutcome {
    let content: ImageContent
    do {
      content = try await source.content(progress)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      let failure = ImportFailure(error)
      try await store.write { writer in
        try writer.recordImportFailure(reason: failure.reason, message: failure.message, from: source.importSource, to: tag)
      }
      throw error
    }
    let importSource = source.importSource
    let repository = source.repository
    let pullSpec = "\(repository ?? tag.stream.description)@\(content.digest)"
    return try await store.write { writer in
      let before = try writer.tag(tag)?.newest
      let added = try writer.add(content, repository: repository)
      let after = try writer.recordImport(of: content, as: pullSpec, from: importSource, to: tag, by: by)
      return ImportOutcome(tag: after, hasMoved: before != after.newest, addedImages: added)
    }.value
  }
}

/// An import's failure as it is noted on a tag.
struct ImportFailure: Equatable {
  /// In a word, as OpenShift's conditions have it.
  let reason: String
  /// In a sentence.
  let message: String

  init(_ error: any Error) {
    message = "\(error)"
    switch error {
    case let error as StoreError: reason = Self.word(error.code.description)
    case let error as OCIError: reason = Self.word(error.code.description)
    default: reason = Self.registryReason(error) ?? "InternalError"
    }
  }

  /// `not found` → `NotFound`.
  private static func word(_ text: String) -> String {
    text.split { !$0.isLetter }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private static func registryReason(_ error: any Error) -> String? {
    #if Network
      (error as? RegistryError).map { word($0.code.description) }
    #else
      nil
    #endif
  }
}
