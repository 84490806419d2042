#if Network
  internal import MVCC
  internal import Synchronization

  // Invariants:
  //   a joined watcher was posted every event of its range after the revision that it joined at, up to `position`
  //   `position` only grows while anybody is joined
  //   groups has each joined watcher once, under its range; singles is the part of it whose ranges are one key
  //   the reader runs exactly while somebody is joined

  /// Reads the log once for all watchers that are up to date, and hands each what concerns it.
  ///
  /// A watcher that is behind reads the log itself and joins when it has come as far as the hub. One whose client does not read leaves, so that nothing is
  /// kept for it: the log keeps it. The cost of a commit is that of looking at its events once for each range that is watched, however many watch it.
  final class WatchHub: Sendable {
    private struct Member {
      let watcher: Watcher
      let epoch: Int
      /// Events up to here are not for it: a watch may begin in the future.
      let after: Revision
    }

    private struct Group {
      var members: [ObjectIdentifier: Member] = [:]
    }

    private struct State {
      var position = Revision.zero
      var groups: [KeyRange: Group] = [:]
      var singles: [[UInt8]: KeyRange] = [:]
      /// Ranges of more than one key.
      var ranges: Set<KeyRange> = []
      var memberCount = 0
      var previousCount = 0
      var reader: Task<Void, Never>?
      var generation = 0
      /// Who wants to know how far the hub is, once it is as far as the store was when they asked.
      var requests: [(session: WatchSessionHandle, reason: WatchPost.Reason, target: Revision)] = []
    }

    private let store: RevisionStore
    private let state = Mutex(State())

    init(_ store: RevisionStore) { self.store = store }

    /// Watchers that are up to date.
    var memberCount: Int { state.withLock { $0.memberCount } }

    /// Takes in a watcher that was told everything up to `after`; false when the hub is further already.
    func join(_ watcher: Watcher, epoch: Int, after: Revision) throws -> Bool {
      let newest = try store.revision()
      return state.withLock { state in
        if state.memberCount == 0 { state.position = newest }
        guard after >= state.position else { return false }
        state.groups[watcher.range, default: Group()].members[ObjectIdentifier(watcher)] = Member(
          watcher: watcher, epoch: epoch, after: after)
        if let key = watcher.range.singleKey { state.singles[key] = watcher.range } else { state.ranges.insert(watcher.range) }
        state.memberCount += 1
        if watcher.options.includesPrevious { state.previousCount += 1 }
        if state.reader == nil { start(&state) }
        return true
      }
    }

    /// Lets a watcher go; nothing more is posted for it.
    func leave(_ watcher: Watcher) {
      state.withLock { state in
        guard state.groups[watcher.range]?.members.removeValue(forKey: ObjectIdentifier(watcher)) != nil else { return }
        if state.groups[watcher.range]?.members.isEmpty == true {
          state.groups[watcher.range] = nil
          if let key = watcher.range.singleKey { state.singles[key] = nil } else { state.ranges.remove(watcher.range) }
        }
        state.memberCount -= 1
        if watcher.options.includesPrevious { state.previousCount -= 1 }
        guard state.memberCount == 0 else { return }
        state.reader?.cancel()
        state.reader = nil
        state.generation += 1
        state.requests = []
      }
    }

    /// Posts an empty batch to a stream as soon as everything before this moment is posted.
    func requestProgress(_ session: WatchSessionHandle, _ reason: WatchPost.Reason) throws {
      let newest = try store.revision()
      state.withLock { state in
        if state.memberCount == 0 { return }
        if state.position >= newest {
          session.post(WatchPost(revision: state.position), reason)
        } else {
          state.requests.append((session, reason, newest))
        }
      }
    }

    // MARK: Reading

    private func start(_ state: inout State) {
      state.generation += 1
      let generation = state.generation
      let position = state.position
      let includesPrevious = state.previousCount > 0
      state.reader = Task.detached { await self.read(from: position, includesPrevious: includesPrevious, generation: generation) }
    }

    private func read(from start: Revision, includesPrevious: Bool, generation: Int) async {
      var position = start
      var includesPrevious = includesPrevious
      while !Task.isCancelled {
        do {
          let stream = try store.watch(.all, after: position, options: WatchOptions(includesPrevious: includesPrevious))
          var iterator = stream.makeAsyncIterator()
          // A wish for previous values holds from the next batch on; those that miss them in this one read the log themselves.
          var isAsWished = true
          while isAsWished {
            guard let batch = try await iterator.next() else { return stop(generation) }
            position = batch.revision
            guard let wished = deliver(batch, includesPrevious: includesPrevious, generation: generation) else { return }
            isAsWished = wished == includesPrevious
            includesPrevious = wished
          }
        } catch {
          // Compacted under the reader, or not readable: each watcher finds out for itself.
          return evictAll(generation)
        }
      }
    }

    private func stop(_ generation: Int) {
      state.withLock { state in
        if state.generation == generation { state.reader = nil }
      }
    }

    private func evictAll(_ generation: Int) {
      state.withLock { state in
        guard state.generation == generation else { return }
        for group in state.groups.values {
          for member in group.members.values {
            member.watcher.session.evict(member.watcher, epoch: member.epoch, at: max(state.position, member.after))
          }
        }
        let generation = state.generation
        state = State()
        state.generation = generation + 1
      }
    }

    /// Hands a batch to those it concerns; answers whether previous values are wished for, and nil when this reader is not the hub's any more.
    private func deliver(_ batch: WatchBatch, includesPrevious: Bool, generation: Int) -> Bool? {
      state.withLock { state in
        guard state.generation == generation else { return nil }
        var posts: [ObjectIdentifier: (session: WatchSessionHandle, post: WatchPost)] = [:]
        for (range, events) in events(batch, state) {
          guard let group = state.groups[range] else { continue }
          deliver(events, to: group, of: batch, includesPrevious: includesPrevious, position: state.position, &posts)
        }
        state.position = batch.revision
        for (session, post) in posts.values { session.post(post, .events) }
        if !state.requests.isEmpty {
          for request in state.requests where request.target <= batch.revision {
            request.session.post(WatchPost(revision: batch.revision), request.reason)
          }
          state.requests.removeAll { $0.target <= batch.revision }
        }
        return state.previousCount > 0
      }
    }

    /// The events of each watched range that has any.
    private func events(_ batch: WatchBatch, _ state: borrowing State) -> [KeyRange: [Event]] {
      var found: [KeyRange: [Event]] = [:]
      for event in batch.events {
        if let range = state.singles[event.keyValue.key] { found[range, default: []].append(event) }
      }
      for range in state.ranges {
        let matching = batch.events.filter { range.contains($0.keyValue.key) }
        if !matching.isEmpty { found[range] = matching }
      }
      return found
    }

    private func deliver(
      _ events: [Event], to group: Group, of batch: WatchBatch, includesPrevious: Bool, position: Revision,
      _ posts: inout [ObjectIdentifier: (session: WatchSessionHandle, post: WatchPost)]
    ) {
      var encoded: [WatchOptions: EncodedEvents?] = [:]
      for member in group.members.values {
        let watcher = member.watcher
        if watcher.options.includesPrevious, !includesPrevious {
          watcher.session.evict(watcher, epoch: member.epoch, at: max(position, member.after))
          continue
        }
        let content: EncodedEvents?
        if member.after > position {
          content = EncodedEvents(
            events.filter { $0.keyValue.modRevision > member.after && watcher.options.includes($0) },
            includesPrevious: watcher.options.includesPrevious)
        } else if let known = encoded[watcher.options] {
          content = known
        } else {
          content = EncodedEvents(
            events.lazy.filter { watcher.options.includes($0) }, includesPrevious: watcher.options.includesPrevious)
          encoded[watcher.options] = .some(content)
        }
        guard let content else { continue }
        let delivery = WatchDelivery(watcher: watcher, epoch: member.epoch, events: content)
        posts[ObjectIdentifier(watcher.session), default: (watcher.session, WatchPost(revision: batch.revision))].post.deliveries
          .append(delivery)
      }
    }
  }

  extension WatchOptions {
    fileprivate func includes(_ event: Event) -> Bool { !(event.kind == .put ? excludesPuts : excludesDeletes) }
  }
#endif
