public import MVCC
internal import OCI

/// A regular expression on tags, in the syntax of Go's `regexp`, which the policies of other image automations are written in.
///
/// Literals, `.`, sets, `\d \w \s \b` and their opposites, `[[:alpha:]]`, groups `(…)`, `(?:…)`, `(?P<name>…)` and `(?<name>…)`, alternatives, `* + ? {n,m}`
/// and their lazy forms, `^ $ \A \z`, and the flag `(?i)`. It matches anywhere in a tag unless anchored, and prefers as Perl does: first
/// alternative, longest repetition.
///
/// Back-references and look-around are refused, because with them the time of a match is not bounded. Without them each place of the tag
/// meets each instruction of the program once at most: 129 places × 2,000 instructions, under two milliseconds for the worst pattern there is,
/// whatever tag a stranger pushes. That is why it is not Foundation's or the standard library's `Regex`, which a pattern such as `(a+)+b` keeps
/// busy for years on a tag of 60 characters, inside a write transaction.
public struct TagPattern: Sendable {
  /// The longest pattern, in bytes.
  public static let maximumPatternBytes = 512

  /// The pattern as it was written.
  public let text: String

  let program: PatternProgram

  /// The pattern that the text spells.
  /// - Throws: `StoreError` with code `invalidArgument` whose cause is a `SyntaxFlaw`, and `tooLarge` beyond `maximumPatternBytes` or when
  ///   repetitions make more than 2,000 instructions.
  public init(_ text: String) throws(StoreError) {
    guard text.utf8.count <= Self.maximumPatternBytes else {
      throw StoreError(
        .tooLarge, "a pattern of \(text.utf8.count) bytes is too long; the limit is \(Self.maximumPatternBytes), so shorten it")
    }
    self.text = text
    do {
      var parser = PatternParser(text)
      let node = try parser.parse()
      var builder = PatternBuilder(groupNames: parser.groupNames)
      guard builder.add(node) else {
        throw StoreError(
          .tooLarge,
          "\(text.quotedForMessage) makes more than \(PatternBuilder.maximumSteps) instructions; use smaller numbers of repetitions")
      }
      program = builder.finish()
    } catch let flaw as SyntaxFlaw {
      throw StoreError(
        .invalidArgument, "\(text.quotedForMessage) is not a regular expression: at character \(flaw.place), \(flaw.problem)", cause: flaw)
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(.invalidArgument, "\(text.quotedForMessage) is not a regular expression: \(error)", cause: error)
    }
  }

  /// Whether the pattern matches somewhere in the tag. Longer texts than a tag can be, 128 bytes, match nothing.
  public func matches(_ tag: String) -> Bool { match(tag) != nil }

  /// What the groups matched: the whole match first; nil for a group that took no part. Nil when the pattern matches nowhere.
  func match(_ tag: String) -> [Substring?]? {
    guard tag.utf8.count <= NameRules.maximumTagBytes else { return nil }
    return program.match(tag)
  }
}

extension TagPattern: Hashable, CustomStringConvertible {
  /// Whether both are written the same.
  public static func == (left: TagPattern, right: TagPattern) -> Bool { left.text == right.text }

  public func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// The pattern as it was written.
  public var description: String { text }
}
