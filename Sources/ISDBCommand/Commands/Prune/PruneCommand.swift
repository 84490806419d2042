import ArgumentParser
import ImageStreamDB

/// `isdb prune`.
struct PruneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Remove events, empty tags and images that nothing needs any more.",
    discussion: """
      Without --confirm it only says what it would remove, and why. What a tag points at stays while the tag has a spec, a hold or a user; so do the \
      images that a registered use (isdb use), a hold, the spec of a tag or the last success of a trigger names. With a namespace, images stay, since \
      they belong to none. Earlier revisions still show what is removed, until they are compacted. Exits with status 65 when something could not be \
      judged; that stays, and the rest is done.
      """)

  @Argument(help: "The namespace whose histories are pruned; all of them, and images, when left out.")
  var namespace: String?

  @Flag(name: .long, help: "Remove it, instead of saying what would be removed.")
  var confirm = false

  @Option(name: .long, help: ArgumentHelp("Keep what is younger (default: 60m).", valueName: "duration"))
  var keepYoungerThan: String?

  @Option(name: .long, help: ArgumentHelp("Keep so many of a tag's newest events (default: 3).", valueName: "number"))
  var keepTagRevisions: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Remove events whose image is larger, whatever their age and number; for one namespace as NAMESPACE=SIZE. May be given again.",
      valueName: "size"))
  var overSize: [String] = []

  @Option(name: .long, help: ArgumentHelp("With false, remove only images that are in the store's own registry.", valueName: "true|false"))
  var all = true

  @Flag(name: .long, help: "Say of what stays why, too; JSON and YAML always do.")
  var showKept = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let pruneOptions = try pruneOptions()
    let body = { (store: ImageStore) async throws in try await prune(store, pruneOptions) }
    let summary = confirm ? try await options.writing(creates: false, body) : try await options.following(body)
    if output.output == .table {
      try StandardStreams.write(summary.text(confirmed: confirm) + "\n")
    } else {
      try output.printNext(.object(["summary": summary.document(confirmed: confirm)])) { "" }
    }
    if summary.faults > 0 {
      throw StoreError(.corrupt, "\(summary.faults) objects could not be judged and stay; the lines with ! say why")
    }
  }

  private func prune(_ store: ImageStore, _ pruneOptions: PruneOptions) async throws -> PruneSummary {
    var summary = PruneSummary()
    for try await decision in try store.prune(pruneOptions, confirms: confirm) {
      summary.count(decision)
      if output.output == .table, decision.verdict == .keep, !showKept { continue }
      try output.printNext(decision.document) { decision.line(confirmed: confirm) }
    }
    return summary
  }

  private func pruneOptions() throws -> PruneOptions {
    var pruneOptions = PruneOptions()
    pruneOptions.namespace = namespace
    pruneOptions.onlyManaged = !all
    if let keepYoungerThan { pruneOptions.keepYoungerThan = try TimeExpression.duration(keepYoungerThan) }
    if let keepTagRevisions { pruneOptions.keepTagRevisions = keepTagRevisions }
    guard !overSize.isEmpty else { return pruneOptions }
    guard keepYoungerThan == nil, keepTagRevisions == nil else {
      throw StoreError(
        .invalidArgument, "--over-size goes by size alone; leave --keep-younger-than and --keep-tag-revisions out, or --over-size")
    }
    var limits = PruneOptions.SizeLimits()
    for text in overSize {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let size = try ByteCount.parse(parts[parts.count - 1])
      if parts.count == 1 { limits.everywhere = size } else { limits.namespaces[parts[0]] = size }
    }
    pruneOptions.sizeLimits = limits
    return pruneOptions
  }
}

extension ByteCount {
  /// A number of bytes, such as `500MB`, `1.5 GB` or `64Mi`.
  ///
  /// - Throws: `StoreError` with code `invalidArgument`.
  static func parse(_ text: String) throws -> Int {
    let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    let units: [String: Double] = [
      "": 1, "b": 1, "kb": 1e3, "k": 1e3, "mb": 1e6, "m": 1e6, "gb": 1e9, "g": 1e9, "tb": 1e12, "t": 1e12, "ki": 1024, "kib": 1024,
      "mi": 1_048_576, "mib": 1_048_576, "gi": 1_073_741_824, "gib": 1_073_741_824, "ti": 1_099_511_627_776, "tib": 1_099_511_627_776,
    ]
    guard let number = Double(digits), let factor = units[unit], let bytes = Int(exactly: (number * factor).rounded()) else {
      throw StoreError(.invalidArgument, "\"\(text.printable)\" is not a size; write one like 500MB, 1.5GB or 64Mi")
    }
    return bytes
  }
}
