internal import CDoorbell
internal import LMDB
internal import Synchronization
internal import SystemPackage

/// Tells other processes on the same directory that there is something new, and hears it from them.
///
/// A word in a page that they all map: a writer changes it after each commit and wakes those who sleep on it. The word is a hint and LMDB the truth. A
/// ring that got lost, because its writer died in between, is made up for by looking at the store once a second.
final class Doorbell: Sendable {
  /// The longest that a lost ring can delay a watcher.
  private static let longestWait = Duration.seconds(1)

  private let handle: Int32
  private let parts: StoreParts
  private let signal: RevisionSignal
  private let listener: Mutex<Listener>

  private struct Listener {
    var thread: DedicatedThread?
    var isClosed = false
  }

  /// Nil when the page cannot be mapped, as on a read-only file system, which nobody else writes to either.
  init?(directory: String, parts: StoreParts, signal: RevisionSignal) {
    let path = FilePath(directory).appending(Schema.doorbellFileName)
    guard
      let file = try? FileDescriptor.open(
        path, .readWrite, options: [.create, .closeOnExec, .noFollow], permissions: [.ownerReadWrite])
    else { return nil }
    handle = cdoorbell_map(file.rawValue)
    try? file.close()
    guard handle >= 0 else { return nil }
    self.parts = parts
    self.signal = signal
    listener = Mutex(Listener())
  }

  /// Wakes every process that listens.
  func ring() { cdoorbell_ring(handle) }

  /// Begins to listen for other processes' commits, for as long as the store is open; called by the first who waits.
  func listen() {
    listener.withLock { listener in
      // Without a thread to be had only this process's own commits are heard at once; the next who waits tries again.
      guard listener.thread == nil, !listener.isClosed, let thread = try? DedicatedThread(name: "isdb-doorbell") else { return }
      listener.thread = thread
      thread.enqueue { self.hear() }
    }
  }

  private func hear() {
    let nanoseconds = Self.longestWait.components.seconds * 1_000_000_000
    while !listener.withLock({ $0.isClosed }) {
      // The word is read before the store, so that a commit in between changes it and the wait returns at once. The store is read even when
      // nobody waits: a watcher may have looked at the log just before that commit and come to wait just after.
      let seen = cdoorbell_word(handle)
      if let revision = try? parts.beginRead().state.revision { signal.advance(to: revision) }
      if listener.withLock({ $0.isClosed }) { return }
      _ = cdoorbell_wait(handle, seen, nanoseconds)
    }
  }

  func close() {
    let thread = listener.withLock { listener in
      listener.isClosed = true
      defer { listener.thread = nil }
      return listener.thread
    }
    cdoorbell_ring(handle)
    thread?.stop()
    cdoorbell_unmap(handle)
  }
}
