public import ImageStreamDB

/// Small images made for tests: real manifests and configurations with made-up layers.
public enum ImageFixtures {
  /// A single-platform OCI image that differs with `name`.
  public static func image(_ name: String, architecture: String = "amd64", labels: [String: String] = [:]) throws -> ImageContent {
    let labels = labels.merging(["name": name]) { given, _ in given }.sorted { $0.key < $1.key }
    let labelText = labels.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
    let layer = Digest(of: bytes("layer of \(name) \(architecture)"))
    let configuration = bytes(
      """
      {"created":"2026-01-02T03:04:05Z","author":"tests","architecture":"\(architecture)","os":"linux",\
      "config":{"Env":["PATH=/bin"],"Entrypoint":["/bin/\(name)"],"Labels":{\(labelText)}},\
      "rootfs":{"type":"layers","diff_ids":["\(layer)"]}}
      """)
    let manifest = bytes(
      """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
      "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"\(Digest(of: configuration))","size":\(configuration.count)},\
      "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"\(layer)","size":1234}]}
      """)
    return try ImageContent(manifest: manifest, configuration: configuration)
  }

  /// An OCI index of an amd64 and an arm64 image.
  public static func index(_ name: String) throws -> ImageContent {
    let children = try ["amd64", "arm64"].map { ($0, try image(name, architecture: $0)) }
    let entries = children.map { architecture, child in
      """
      {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\(child.digest)","size":\(child.manifest.count),\
      "platform":{"architecture":"\(architecture)","os":"linux"}}
      """
    }
    let manifest = bytes(
      """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[\(entries.joined(separator: ","))]}
      """)
    return try ImageContent(manifest: manifest, children: children.map(\.1))
  }

  /// A pull spec by digest in a made-up repository.
  public static func reference(_ name: String) -> Reference {
    Reference(stringLiteral: "quay.io/shop/web@\(Digest(of: bytes(name)))")
  }
}

/// Runs `body` on a new image store, checks the store's every invariant afterwards, and removes it.
@discardableResult
public func withImageStore<Value>(
  _ configuration: StoreConfiguration = StoreConfiguration(), _ body: (ImageStore) async throws -> Value
) async throws -> Value {
  let directory = try TemporaryDirectory()
  let store = try ImageStore.open(at: directory.appending("store"), configuration: configuration)
  defer { store.close() }
  let value = try await body(store)
  try requireConsistency(store.keyValues)
  return value
}

/// The store error that `body` throws; nil when it throws none.
public func storeError<Value>(_ body: () throws -> Value) -> StoreError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? StoreError
  }
}

/// The store error that `body` throws; nil when it throws none.
public func awaitedError<Value>(_ body: () async throws -> Value) async -> StoreError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? StoreError
  }
}
