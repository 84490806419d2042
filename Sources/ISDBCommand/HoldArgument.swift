import ArgumentParser
import ImageStreamDB

/// A hold as the command line has it: `pin`, `skip`, `skip=DIGEST`, `newer=VERSION`, `until=TIME`.
enum HoldArgument {
  case pin
  /// The present image, or the one that is rolled back from.
  case skipCurrent
  case skip(DigestPrefix)
  case newer(String)
  case until(Timestamp)

  static let help = "pin, skip, skip=DIGEST, newer=VERSION or until=TIME"

  /// - Throws: `StoreError` with code `invalidArgument`.
  init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    switch (parts.first, parts.count) {
    case ("pin", 1): self = .pin
    case ("skip", 1): self = .skipCurrent
    case ("skip", 2): self = .skip(try DigestPrefix(parts[1]))
    case ("newer", 2): self = .newer(parts[1])
    case ("until", 2): self = .until(try TimeExpression.current().time(parts[1]))
    default: throw StoreError(.invalidArgument, "\"\(text.printable)\" is not a hold; write \(Self.help)")
    }
  }

  /// The hold that a rollback brings with it.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` for an image that is named: a rollback skips the one it goes back from.
  func forRollback() throws -> RollbackHold {
    switch self {
    case .pin: return .pin
    case .skipCurrent: return .skippingCurrentImage
    case .newer(let version): return .untilNewer(version)
    case .until(let time): return .until(time)
    case .skip:
      throw StoreError(.invalidArgument, "a rollback skips the image that it goes back from; write --hold skip, or hold the tag afterwards")
    }
  }

  /// The hold's rule for a tag as it is.
  ///
  /// - Throws: `StoreError` with code `notFound` or `ambiguous` for a short digest.
  func rule(for name: ImageStreamTagName, _ reader: inout ImageStreamReader) throws -> Hold.Rule {
    switch self {
    case .pin: return .pin
    case .newer(let version): return .untilNewer(version)
    case .until(let time): return .until(time)
    case .skipCurrent:
      guard let image = try reader.resolve(name).image else {
        throw StoreError(.invalidArgument, "tag \(name) is a reference without a known image, so none can be skipped; use pin")
      }
      return .skip(image)
    case .skip(let prefix):
      if prefix.hex.count == prefix.algorithm?.hexCount, let image = try? Digest("\(prefix)") { return .skip(image) }
      let found = try reader.resolve(ImageStreamImageName(stream: name.stream, digest: prefix))
      guard let image = found.image else { throw StoreError(.notFound, "no image of \(name.stream) begins with \(prefix)") }
      return .skip(image)
    }
  }
}
