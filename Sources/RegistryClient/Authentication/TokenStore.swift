#if Network
  internal import Synchronization

  /// `Authorization` headers that worked, by registry and repository, until they expire.
  final class TokenStore: Sendable {
    // Invariants: at most `maximumEntries` entries; a task stands in `pending` only while it runs.

    struct Key: Hashable, Sendable {
      let registry: String
      let repository: String?
    }

    struct Entry: Sendable {
      /// The header's value.
      let authorization: String

      /// Seconds since 1970, or nil when it does not expire.
      let expiry: Double?
    }

    private struct State {
      var entries: [Key: Entry] = [:]
      var pending: [Key: Task<Entry, any Error>] = [:]
    }

    private static let maximumEntries = 4096

    private let state = Mutex(State())

    func authorization(for key: Key, now: Double) -> String? {
      state.withLock { state in
        guard let entry = state.entries[key] else { return nil }
        if let expiry = entry.expiry, expiry <= now {
          state.entries[key] = nil
          return nil
        }
        return entry.authorization
      }
    }

    /// Forgets a header that the registry refused, unless another has taken its place.
    func forget(_ authorization: String, for key: Key) {
      state.withLock { state in
        if state.entries[key]?.authorization == authorization { state.entries[key] = nil }
      }
    }

    /// The header that `fetch` gets; callers that ask at the same time share one fetch, so that a hundred tags need one token.
    func authorization(for key: Key, now: Double, fetch: @escaping @Sendable () async throws -> Entry) async throws -> String {
      let task = state.withLock { state in
        if let task = state.pending[key] { return task }
        let task = Task {
          do {
            let entry = try await fetch()
            self.finish(key, entry, now: now)
            return entry
          } catch {
            self.finish(key, nil, now: now)
            throw error
          }
        }
        state.pending[key] = task
        return task
      }
      return try await task.value.authorization
    }

    private func finish(_ key: Key, _ entry: Entry?, now: Double) {
      state.withLock { state in
        state.pending[key] = nil
        guard let entry else { return }
        if state.entries.count >= Self.maximumEntries {
          state.entries = state.entries.filter { ($0.value.expiry ?? now) > now }
          if state.entries.count >= Self.maximumEntries { state.entries = [:] }
        }
        state.entries[key] = entry
      }
    }
  }
#endif
