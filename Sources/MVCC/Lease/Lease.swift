/// A time to live that keys can be attached to: when it ends, they are deleted together.
public struct Lease: Hashable, Sendable {
  /// What tells it from others; never 0.
  public let id: Int64

  /// The seconds that it was granted, and that each keep-alive gives it again.
  public let grantedSeconds: Int64

  /// What is left of them; zero when it has ended and its keys have not been deleted yet.
  public let remaining: Duration

  /// The longest time to live, in seconds: etcd's limit, about 285 years.
  public static let maximumSeconds: Int64 = 9_000_000_000
}

/// A lease's id as people write it: 16 hexadecimal digits, as etcdctl does.
func leaseText(_ id: Int64) -> String {
  let digits = String(UInt64(bitPattern: id), radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

extension StoreError {
  static func leaseNotFound(_ id: Int64) -> StoreError {
    StoreError(
      .notFound, "there is no lease \(leaseText(id)): it was revoked, has ended or was never granted; grant a new one",
      etcdStatus: .leaseNotFound)
  }

  static func leaseExists(_ id: Int64) -> StoreError {
    StoreError(
      .alreadyExists, "lease \(leaseText(id)) exists already; grant another id, or 0 to have one chosen",
      etcdStatus: .leaseExists)
  }

  static func leaseTooLong(_ seconds: Int64) -> StoreError {
    StoreError(
      .invalidArgument, "a lease of \(seconds) seconds is too long; the limit is \(Lease.maximumSeconds)",
      etcdStatus: .leaseTTLTooLarge)
  }
}
