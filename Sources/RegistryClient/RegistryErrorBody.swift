#if Network
  internal import OCI

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// The body that registries send with a failure: `{"errors":[{"code":…,"message":…}]}` (distribution-spec, "Error codes").
  struct RegistryErrorBody: Decodable {
    private struct Entry: Decodable {
      let code: String?
      let message: String?
    }

    private let errors: [Entry]?

    /// The first error's code if it looks like one, such as `NAME_UNKNOWN`, and message; both nil for any other body.
    static func first(in body: [UInt8]) -> (code: String?, message: String?) {
      let limits = JSONGuard(maximumBytes: 64 << 10, maximumTokens: 10_000)
      guard (try? limits.check(body, subject: "error")) != nil,
        let first = try? JSONDecoder().decode(RegistryErrorBody.self, from: Data(body)).errors?.first
      else { return (nil, nil) }
      let isCode = first.code.map { code in
        (1...64).contains(code.utf8.count) && code.utf8.allSatisfy { isCodeCharacter($0) }
      }
      return (isCode == true ? first.code : nil, first.message.flatMap { $0.isEmpty ? nil : $0 })
    }

    private static func isCodeCharacter(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "_") || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
  }

  extension RegistryRequest {
    /// The failure that an answer with a status outside 200 to 299 is.
    func failure(of answer: HTTPAnswer, now: Double) -> RegistryError {
      let (code, message) = RegistryErrorBody.first(in: answer.body)
      let words = [code, message?.quotedForMessage].compactMap(\.self).joined(separator: " ")
      let said = "\(answer.status)" + (words.isEmpty ? "" : " " + words)
      let retryAfter = RetryPolicy.retryAfter(answer.header("Retry-After"), now: now)
      func failure(_ kind: RegistryError.Code, _ reason: String, isRetryable: Bool = false) -> RegistryError {
        self.failure(
          kind, reason, httpStatus: answer.status, registryCode: code, retryAfter: isRetryable ? retryAfter : nil, isRetryable: isRetryable)
      }
      switch answer.status {
      case 401:
        return failure(.unauthorized, "\(registry) wants other credentials (\(said)); log in, or check that the repository exists")
      case 403: return failure(.forbidden, "\(registry) refuses it (\(said)); check what these credentials may read")
      case 404: return failure(.notFound, "\(registry) does not have it (\(said))")
      case 429:
        let wait = retryAfter.map { ", and asks to wait \($0)" } ?? ""
        return failure(.rateLimited, "\(registry) wants fewer requests (\(said))\(wait); log in or try later", isRetryable: true)
      case 502...504: return failure(.unavailable, "\(registry) is failing (\(said)); try later", isRetryable: true)
      case 500...: return failure(.unavailable, "\(registry) is failing (\(said))")
      default: return failure(.badResponse, "\(registry) answers \(said)")
      }
    }
  }
#endif
