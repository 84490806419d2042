#if Network
  import Foundation
  import MVCC
  import Yams

  /// A file with settings of `isdb serve`: YAML or JSON, by the names of the flags, as etcd's own has them.
  struct ServeFile {
    /// What it says, by the names of the flags.
    private(set) var values: [String: String] = [:]

    /// etcd keeps what is about certificates in an object of its own.
    private static let nested = "client-transport-security"
    private static let certificateNames: Set<String> = ["cert-file", "key-file", "client-cert-auth", "trusted-ca-file"]

    /// - Parameter names: those of the flags.
    /// - Throws: `StoreError` with code `notFound` or `permissionDenied` for a file that cannot be read, `invalidArgument` for one that is no object or
    ///   has a name that is no flag.
    init(path: String, names: Set<String>) throws {
      guard let data = FileManager.default.contents(atPath: path) else {
        guard FileManager.default.fileExists(atPath: path) else {
          throw StoreError(.notFound, "there is no file \(path); name another with --config-file")
        }
        throw StoreError(.permissionDenied, "\(path) cannot be read; --config-file names a file that this user may read")
      }
      do {
        guard let node = try Yams.compose(yaml: String(decoding: data, as: UTF8.self)) else { return }
        try read(node, path, names)
      } catch let error as YamlError {
        throw StoreError(.invalidArgument, "\(path) is neither YAML nor JSON: \(error); it is to be one object", cause: error)
      }
    }

    private mutating func read(_ node: Node, _ path: String, _ names: Set<String>) throws {
      for (name, node) in try Self.pairs(node, path) {
        guard name == Self.nested else {
          try set(name, node, path, names)
          continue
        }
        for (name, node) in try Self.pairs(node, path) { try set(name, node, path, Self.certificateNames) }
      }
    }

    private static func pairs(_ node: Node, _ path: String) throws -> [(String, Node)] {
      guard let mapping = node.mapping else {
        throw StoreError(.invalidArgument, "\(path) is not one object with the names of flags, such as listen: 127.0.0.1:2379")
      }
      return try mapping.map { key, value in
        guard let name = key.scalar?.string else { throw StoreError(.invalidArgument, "\(path) has a name that is no text") }
        return (name, value)
      }
    }

    private mutating func set(_ name: String, _ node: Node, _ path: String, _ known: Set<String>) throws {
      guard known.contains(name) else {
        let reason = EtcdFlags.reason(name).map { "etcd's \(name), which \($0)" } ?? "\(name), which is no setting of isdb serve"
        throw StoreError(.invalidArgument, "\(path) has \(reason); leave it out, or see 'isdb serve --help'")
      }
      if let scalar = node.scalar {
        // etcd's files have names with nothing behind them.
        if !scalar.string.isEmpty, scalar.string != "null" { values[name] = scalar.string }
      } else if let texts = node.sequence.map({ $0.compactMap { $0.scalar?.string } }), texts.count == node.sequence?.count {
        values[name] = texts.joined(separator: ",")
      } else {
        throw StoreError(.invalidArgument, "\(path) has an object for \(name); give a text, a number, true or false")
      }
    }
  }
#endif
