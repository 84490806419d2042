#if Network
  internal import NIOHTTP1
  internal import OCI

  /// One question to a registry, before it is known by which scheme and with which credentials it is asked.
  struct RegistryRequest: Sendable {
    var method = HTTPMethod.GET

    /// Host and port as references have it.
    let registry: String

    /// The path of the repository, or nil.
    let repository: String?

    /// What is asked for, in words, for sentences: `manifest quay.io/ns/app:v1`.
    let subject: String

    /// Path and query on the registry, beginning with `/v2/`.
    let path: String

    var accept: [MediaType] = []

    let maximumBytes: Int

    /// The sentence and kind of a failure, with what the request knows already.
    func failure(
      _ code: RegistryError.Code, _ reason: String, httpStatus: Int? = nil, registryCode: String? = nil, retryAfter: Duration? = nil,
      isRetryable: Bool = false, cause: (any Error)? = nil
    ) -> RegistryError {
      RegistryError(
        code, "cannot get \(subject): \(reason)", registry: registry, repository: repository, httpStatus: httpStatus,
        registryCode: registryCode, retryAfter: retryAfter, isRetryable: isRetryable, cause: cause)
    }
  }
#endif
