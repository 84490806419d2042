import ImageImport
import ImageStreamDB

#if Network
  import RegistryClient
#endif

/// One image to import: from where, to which tag.
struct ImportJob {
  let location: ImportLocation
  let tag: ImageStreamTagName
  var isInsecure = false

  /// The registry that the image is in; nil for a layout.
  var registry: String? {
    guard case .registry(let reference) = location else { return nil }
    return reference.registry
  }
}

/// The imports of one command: the only place of the command line that knows how images are fetched.
struct ImportSession {
  private let importer: ImageImporter
  private let by: String
  #if Network
    private let client: RegistryClient
  #endif

  /// - Parameter insecureRegistries: registries that may be talked to over plain HTTP, and HTTPS without a valid certificate.
  init(store: ImageStore, by: String, insecureRegistries: Set<String>) {
    importer = ImageImporter(store: store)
    self.by = by
    #if Network
      client = RegistryClient(
        configuration: .init(insecureRegistries: .named(insecureRegistries), userAgent: "isdb/\(ISDB.version)"))
    #endif
  }

  /// Imports one image.
  ///
  /// - Throws: `StoreError`, `OCIError`, `RegistryError`; the tag then keeps what it points at, and the failure is noted on it.
  func run(_ job: ImportJob, progress: @Sendable (ImportProgress) -> Void) async throws -> ImportOutcome {
    switch job.location {
    case .layout(let path, let reference):
      return try await importer.importImage(from: LayoutSource(path: path, reference: reference), to: job.tag, by: by, progress: progress)
    case .registry(let reference):
      #if Network
        let source = RegistrySource(reference, client: client, isInsecure: job.isInsecure)
        return try await importer.importImage(from: source, to: job.tag, by: by, progress: progress)
      #else
        throw Self.withoutNetwork(reference)
      #endif
    case .recorded(let scope):
      throw StoreError(.invalidArgument, "\(scope) is no source of images; name a registry or a layout")
    }
  }

  /// The tags of a repository.
  func tags(of reference: Reference) async throws -> [String] {
    #if Network
      try await client.tags(of: reference)
    #else
      throw Self.withoutNetwork(reference)
    #endif
  }

  /// Ends the connections.
  func close() async {
    #if Network
      await client.shutdown()
    #endif
  }

  #if !Network
    private static func withoutNetwork(_ reference: Reference) -> StoreError {
      StoreError(
        .unsupported, "\(reference.spelling) is in a registry, and this isdb was built without network; import a layout, as in oci:PATH")
    }
  #endif
}

extension ExitStatus {
  /// The status of an error that a registry caused; nil for any other.
  init?(registry error: any Error) {
    #if Network
      guard let error = error as? RegistryError else { return nil }
      self =
        switch error.code.kind {
        case .badCredentials: .noPermission
        case .badResponse: .badAnswer
        case .closed: .software
        case .contentRefused: .badData
        case .digestMismatch: .badData
        case .forbidden: .noPermission
        case .notFound: .notFound
        case .rateLimited: .tryAgain
        case .refusedRedirect: .badAnswer
        case .timedOut: .unavailable
        case .tooLarge: .badData
        case .unauthorized: .noPermission
        case .unavailable: .unavailable
        case .unreachable: .unavailable
        case .untrustedTokenService: .noPermission
        }
    #else
      return nil
    #endif
  }
}
