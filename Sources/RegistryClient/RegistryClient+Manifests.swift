#if Network
  internal import NIOHTTP1
  public import OCI

  extension RegistryClient {
    /// The manifest or index that the reference names; of a reference with neither tag nor digest, the tag `latest`.
    ///
    /// All four kinds of manifests are accepted, since a registry converts or hides what is not (distribution 2.x). The bytes are verified
    /// against the digest asked for and the one that the registry states.
    /// - Throws: `RegistryError`: `contentRefused` for content that `ManifestContent.parse` refuses, `digestMismatch`, `tooLarge` over 4 MiB, and
    ///   what every request may throw.
    public func manifest(for reference: Reference) async throws -> FetchedManifest {
      let request = manifestRequest(for: reference, method: .GET)
      let answer = try await send(request)
      if let digest = reference.digest { try verify(answer.body, is: digest, request) }
      if let stated = try statedDigest(in: answer, request) { try verify(answer.body, is: stated, request) }
      do {
        let declared = answer.header("Content-Type").map { MediaType(contentType: $0) }
        let content = try ManifestContent.parse(bytes: answer.body, mediaType: declared)
        return FetchedManifest(
          bytes: answer.body, mediaType: content.mediaType, digest: reference.digest ?? Digest(of: answer.body), content: content)
      } catch {
        throw request.failure(.contentRefused, error.message, cause: error)
      }
    }

    /// What the registry says of the manifest that the reference names, without sending it. Registries that count pulls do not count this.
    /// - Throws: `RegistryError`.
    public func head(_ reference: Reference) async throws -> ManifestHead {
      let request = manifestRequest(for: reference, method: .HEAD)
      let answer = try await send(request)
      return ManifestHead(
        digest: try statedDigest(in: answer, request), mediaType: answer.header("Content-Type").map { MediaType(contentType: $0) },
        size: answer.header("Content-Length").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil })
    }

    /// The blob with that digest, verified: an image's configuration, not its layers.
    /// - Parameter maximumBytes: more is refused; 8 MiB is what `ImageConfiguration.parse` reads.
    /// - Throws: `RegistryError`: `digestMismatch`, `tooLarge`, and what every request may throw.
    public func blob(_ digest: Digest, in repository: Reference, maximumBytes: Int = 8 << 20) async throws -> [UInt8] {
      let request = RegistryRequest(
        registry: repository.registry, repository: repository.repository, subject: "blob \(repository.name)@\(digest)",
        path: "/v2/\(repository.repository)/blobs/\(digest)", maximumBytes: maximumBytes)
      let answer = try await send(request)
      try verify(answer.body, is: digest, request)
      return answer.body
    }

    /// Checks that the registry is there, speaks the distribution API, and accepts the credentials that there are for it.
    /// - Parameter registry: host and port as references have it.
    /// - Throws: `RegistryError`, or `OCIError` when the text is not a registry's name.
    public func ping(_ registry: String) async throws {
      // Any repository will do to have the name checked.
      let name = try Reference(registry: registry, repository: "library/ping").registry
      _ = try await send(
        RegistryRequest(registry: name, repository: nil, subject: "the API of \(name)", path: "/v2/", maximumBytes: 64 << 10))
    }

    private func manifestRequest(for reference: Reference, method: HTTPMethod) -> RegistryRequest {
      let whole = reference.withDefaultTag()
      let name = whole.digest?.description ?? whole.tag ?? Reference.defaultTag
      return RegistryRequest(
        method: method, registry: whole.registry, repository: whole.repository, subject: "manifest \(whole)",
        path: "/v2/\(whole.repository)/manifests/\(name)", accept: MediaType.manifestTypes, maximumBytes: JSONGuard.manifest.maximumBytes)
    }

    private func statedDigest(in answer: HTTPAnswer, _ request: RegistryRequest) throws -> Digest? {
      let stated = answer.headers["Docker-Content-Digest"]
      guard let first = stated.first else { return nil }
      guard Set(stated).count == 1, let digest = try? Digest(first) else {
        throw request.failure(.badResponse, "\(request.registry) states a digest that is none, \(first.quotedForMessage)")
      }
      return digest
    }

    private func verify(_ bytes: [UInt8], is digest: Digest, _ request: RegistryRequest) throws {
      do {
        try digest.verify(bytes)
      } catch {
        throw request.failure(.digestMismatch, error.message, cause: error)
      }
    }
  }
#endif
