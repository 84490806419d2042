public import MVCC
internal import OCI

/// The decisions of a run of pruning, one by one, as it goes: first what is registered, then tags with their histories, then images.
///
/// Whoever stops listening stops the run. No more than `PruneStep.maximumDecisions` are in memory at once; a confirmed run carries a step out in one write,
/// in which it is judged anew, before its decisions are told.
public struct PruneRun: AsyncSequence, Sendable {
  public typealias Element = PruneDecision

  let store: ImageStore
  let options: PruneOptions
  let confirms: Bool

  public func makeAsyncIterator() -> Iterator {
    Iterator(store: store, context: PruneContext(options, confirms: confirms, now: .now))
  }

  /// How far one run is.
  public struct Iterator: AsyncIteratorProtocol {
    private enum Phase {
      case uses(after: UsingObject?)
      case tags(PrunePosition)
      case images(PrunePosition)
      case done
    }

    let store: ImageStore
    var context: PruneContext
    private var phase = Phase.uses(after: nil)
    /// What was decided and not told yet, last first.
    private var ready: [PruneDecision] = []

    init(store: ImageStore, context: PruneContext) {
      self.store = store
      self.context = context
    }

    /// The next decision; nil at the end of the run.
    ///
    /// - Throws: `StoreError` when the store cannot be read or written; what cannot be judged is a decision (`PruneDecision.Verdict.fault`).
    public mutating func next() async throws -> PruneDecision? {
      while ready.isEmpty {
        try Task.checkCancellation()
        switch phase {
        case .uses(let after): try judgeUses(after)
        case .tags(let position):
          let step = try await carryOut(position) { reader, context in
            try reader.judgeTags(from: position, context)
          } again: {
            writer, context in
            try writer.judgeTags(from: position, context)
          }
          phase = step.next.map { .tags($0) } ?? (context.options.namespace == nil ? .images(PrunePosition()) : .done)
        case .images(let position):
          if context.confirms { try await store.indexImages() }
          let step = try await carryOut(position) { reader, context in
            try reader.judgeImages(from: position, context)
          } again: {
            writer, context in
            try writer.judgeImages(from: position, context)
          }
          phase = step.next.map { .images($0) } ?? .done
        case .done: return nil
        }
      }
      return ready.popLast()
    }

    /// Uses that are read in one transaction.
    private static let maximumUsesPerPage = 500

    private mutating func judgeUses(_ after: UsingObject?) throws {
      var decisions: [PruneDecision] = []
      var last: UsingObject?
      var range = Keyspace.uses(kind: nil, namespace: nil)
      if let after { range = range.after(Keyspace.use(after)) }
      let page = try store.read { reader in try reader.page(range, limit: Self.maximumUsesPerPage) { $0 } }
      for keyValue in page.elements {
        do {
          let use = try RegisteredUse(keyValue)
          for text in use.unreadablePullSpecs {
            decisions.append(
              PruneDecision(
                object: .use(use.object), verdict: .fault,
                reason: "its pull spec \(text.quotedForMessage) is not a reference; register it anew")
            )
          }
        } catch {
          decisions.append(PruneDecision(object: .record(keyValue.keyText), verdict: .fault, reason: "\(error)"))
        }
        last = (try? UsingObject(Keyspace.name(keyValue.key, after: Keyspace.uses))) ?? last
      }
      ready = decisions.reversed()
      if page.hasMore, let last, last != after { phase = .uses(after: last) } else { phase = .tags(PrunePosition()) }
    }

    /// Judges a step, and carries it out if that is confirmed and something is to go.
    private mutating func carryOut(
      _ position: PrunePosition, _ judge: (inout ImageStreamReader, PruneContext) throws -> PruneStep,
      again: @escaping @Sendable (inout ImageStreamWriter, PruneContext) throws -> PruneStep
    ) async throws -> PruneStep {
      let faults = try context.guards.catchUp(with: store)
      let context = context
      var step = try store.read { try judge(&$0, context) }
      if context.confirms, step.removesSomething {
        step = try await store.write { writer in
          var step = try again(&writer, context)
          try writer.carryOut(&step)
          return step
        }.value
      }
      ready = step.decisions.reversed() + faults.reversed()
      return step
    }
  }
}

extension ImageStore {
  /// Removes events, empty tags and images that nothing needs any more, or with `confirms` false says what it would remove.
  ///
  /// Nothing happens before the first decision is asked for.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` for options that cannot be.
  public func prune(_ options: PruneOptions = PruneOptions(), confirms: Bool) throws(StoreError) -> PruneRun {
    try options.check()
    return PruneRun(store: self, options: options, confirms: confirms)
  }
}
