import ArgumentParser
import Foundation
import ImageStreamDB
import MVCC

/// What a shell offers when a name is begun: names that the store holds.
enum NameCompletion {
  /// The most names offered.
  private static let maximumNames = 1000

  /// Streams; or, once a colon is written, the tags of the stream before it.
  static let tags = CompletionKind.custom { arguments, _, prefix in
    let names = complete(arguments) { reader in
      if let colon = prefix.firstIndex(of: ":"), let stream = try? ImageStreamName(String(prefix[..<colon])) {
        return try reader.tags(in: .stream(stream), limit: maximumNames).elements.map { "\($0.name)" }
      }
      let streams = try reader.imageStreams(limit: maximumNames).elements.map(\.name).filter { "\($0)".hasPrefix(prefix) }
      guard streams.count == 1 else { return streams.map { "\($0)" } }
      // With one stream left, its tags save a second try.
      return ["\(streams[0])"] + (try reader.tags(in: .stream(streams[0]), limit: maximumNames).elements.map { "\($0.name)" })
    }
    // zsh takes what follows a colon for a description.
    return CompletionShell.requesting == .zsh ? names.map { $0.replacing(":", with: "\\:") } : names
  }

  /// What the generated bash script lacks: bash takes a colon for the end of a word, and shop/web:latest for three.
  static let bashAddition = """

    # Names such as shop/web:latest are one word.
    COMP_WORDBREAKS=${COMP_WORDBREAKS//:}

    """

  /// Triggers.
  static let triggers = CompletionKind.custom { arguments, _, _ in
    complete(arguments) { reader in try reader.triggers().map(\.name) }
  }

  /// Tags that policies move.
  static let policies = CompletionKind.custom { arguments, _, _ in
    complete(arguments) { reader in try reader.policies(limit: maximumNames).elements.map { "\($0.tag)" } }
  }

  /// Completion is silent about everything that goes wrong: a word half written must not be answered with an error.
  private static func complete(_ arguments: [String], _ names: (inout ImageStreamReader) throws -> [String]) -> [String] {
    var options = StoreOptions()
    options.store = storeOption(in: arguments)
    return (try? options.reading { store in try store.read { try names(&$0) } }) ?? []
  }

  private static func storeOption(in arguments: [String]) -> String? {
    for (index, argument) in arguments.enumerated() {
      if argument.hasPrefix("--store=") { return String(argument.dropFirst(8)) }
      if argument == "--store", index + 1 < arguments.count { return arguments[index + 1] }
    }
    return nil
  }
}
