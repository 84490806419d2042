#if Network
  package import NIOHPACK

  /// What a client says about a call besides its messages.
  package struct GRPCMetadata: Sendable {
    private let headers: HPACKHeaders

    /// The metadata of a call with those headers.
    package init(_ headers: HPACKHeaders) { self.headers = headers }

    /// The first value of a name; names are in lower case on the wire.
    package subscript(name: String) -> String? { headers.first(name: name) }
  }

  /// The header `grpc-timeout`: at most eight digits and a unit (grpc, `doc/PROTOCOL-HTTP2.md`).
  enum GRPCTimeout {
    /// The time that a call may take; nil for a text that is not one.
    static func parse(_ text: String) -> Duration? {
      guard let unit = text.utf8.last, (2...9).contains(text.utf8.count), let count = Int64(text.dropLast()), count >= 0 else { return nil }
      switch unit {
      case UInt8(ascii: "H"): return .seconds(count * 3600)
      case UInt8(ascii: "M"): return .seconds(count * 60)
      case UInt8(ascii: "S"): return .seconds(count)
      case UInt8(ascii: "m"): return .milliseconds(count)
      case UInt8(ascii: "u"): return .microseconds(count)
      case UInt8(ascii: "n"): return .nanoseconds(count)
      default: return nil
      }
    }
  }
#endif
