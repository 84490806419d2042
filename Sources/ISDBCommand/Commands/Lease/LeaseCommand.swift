import ArgumentParser
import MVCC

/// `isdb lease`.
struct LeaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lease", abstract: "Give keys a time to live.",
    discussion: """
      Keys are attached to a lease with isdb kv put --lease. They are deleted together when it is revoked, or when it ends while isdb keep, or \
      another program that keeps the store, runs. Ids are 16 hexadecimal digits; zeros in front may be left out.
      """,
    subcommands: [
      GrantLeaseCommand.self, KeepLeaseAliveCommand.self, RevokeLeaseCommand.self, LeaseTimeCommand.self, ListLeasesCommand.self,
    ])
}

/// A lease's id as the command line has it, and as etcdctl does: hexadecimal digits.
struct LeaseIdentifier: ExpressibleByArgument, CustomStringConvertible {
  let number: Int64

  init(_ number: Int64) { self.number = number }

  init?(argument: String) {
    guard argument.count <= 16, !argument.isEmpty, argument.allSatisfy(\.isHexDigit), let bits = UInt64(argument, radix: 16), bits != 0
    else { return nil }
    number = Int64(bitPattern: bits)
  }

  /// 16 digits.
  var description: String {
    let digits = String(UInt64(bitPattern: number), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Lease {
  /// Id and times, in whole seconds.
  var document: Document {
    .object([
      "id": .string("\(LeaseIdentifier(id))"), "grantedSeconds": .integer(grantedSeconds),
      "remainingSeconds": .integer(remaining.components.seconds),
    ])
  }
}

extension StoreError {
  static func noLease(_ id: LeaseIdentifier) -> StoreError {
    StoreError(.notFound, "there is no lease \(id): it was revoked, has ended or was never granted; see isdb lease list")
  }
}
