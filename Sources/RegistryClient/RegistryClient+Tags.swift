#if Network
  internal import NIOHTTP1
  public import OCI

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  extension RegistryClient {
    private struct TagPage: Decodable {
      let tags: [String]?
    }

    /// The tags of the reference's repository, each once, in the order in which the registry lists them; its tag and digest do not matter.
    ///
    /// Pages are followed on the same registry only, and a page that was there already ends in an error, as does exceeding the limits of
    /// the configuration.
    /// - Throws: `RegistryError`: `badResponse` for a listing that never ends or lists what is no tag, `tooLarge`, and what every request may
    ///   throw.
    /// - Complexity: one request for each page of a thousand, or of as many as the registry likes.
    public func tags(of reference: Reference) async throws -> [String] {
      let base = "/v2/\(reference.repository)/tags/list"
      var path = base + "?n=1000"
      var visited: Set<String> = []
      var seen: Set<String> = []
      var tags: [String] = []
      while true {
        let request = RegistryRequest(
          registry: reference.registry, repository: reference.repository, subject: "the tags of \(reference.name)", path: path,
          maximumBytes: configuration.maximumTagPageBytes)
        guard visited.insert(path).inserted else {
          throw request.failure(.badResponse, "the list comes back to a page that was there already")
        }
        guard visited.count <= configuration.maximumTagPages else {
          throw request.failure(.tooLarge, "the list has more than \(configuration.maximumTagPages) pages")
        }
        let answer = try await send(request)
        for tag in try page(answer, request) where seen.insert(tag).inserted { tags.append(tag) }
        guard tags.count <= configuration.maximumTags else {
          throw request.failure(.tooLarge, "there are more than \(configuration.maximumTags)")
        }
        guard let next = LinkHeader.next(in: answer.headers["Link"]) else { return tags }
        path = try nextPath(next, after: path, base: base, request)
      }
    }

    private func page(_ answer: HTTPAnswer, _ request: RegistryRequest) throws -> [String] {
      do {
        // Each tag is a token; the shortest takes four bytes.
        let limits = JSONGuard(maximumBytes: configuration.maximumTagPageBytes, maximumTokens: configuration.maximumTags + 100)
        try limits.check(answer.body, subject: "list")
        let tags = try JSONDecoder().decode(TagPage.self, from: Data(answer.body)).tags ?? []
        for tag in tags { try Reference.validateTag(tag) }
        return tags
      } catch let error as OCIError {
        throw request.failure(.badResponse, error.message, cause: error)
      } catch {
        throw request.failure(.badResponse, "\(request.registry) does not answer with a list of tags")
      }
    }

    /// The path and query of the next page; only those, so that the listing stays on its registry whatever host the link has.
    private func nextPath(_ link: String, after path: String, base: String, _ request: RegistryRequest) throws -> String {
      // The scheme and host stand for the registry's own; some registries behind a proxy get theirs wrong.
      guard link.utf8.count <= 4096, let here = URL(string: "https://\(Self.server(of: request.registry))" + path),
        let url = URL(string: link, relativeTo: here)?.absoluteURL, let origin = Origin(url)
      else {
        throw request.failure(.badResponse, "the list's next page has no usable address, \(link.quotedForMessage)")
      }
      guard origin.host == Origin(here)?.host, url.path() == base else {
        throw request.failure(.badResponse, "the list's next page is elsewhere, at \(link.quotedForMessage)")
      }
      return base + (url.query().map { "?" + $0 } ?? "")
    }
  }
#endif
