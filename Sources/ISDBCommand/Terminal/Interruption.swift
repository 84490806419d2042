import Dispatch
import Foundation
import Synchronization

/// Runs work that goes on until somebody ends it: Ctrl-C, or a service manager.
///
/// The first SIGINT, SIGTERM or SIGHUP ends the work in order; the process then ends without a word and with the status that a shell expects of the
/// signal. A second one ends the process at once.
///
/// - Parameter end: what the first signal does: cancels the work, unless there is a gentler way.
/// - Throws: what `body` throws; `SilentExit` when a signal ended it.
func untilInterrupted(
  endingBy end: @escaping @Sendable (Task<Void, any Error>) -> Void = { $0.cancel() }, _ body: sending @escaping () async throws -> Void
) async throws {
  let task = Task { try await body() }
  let received = Mutex<Int32?>(nil)
  let sources = [SIGINT, SIGTERM, SIGHUP].map { signal in
    let source = DispatchSource.makeSignalSource(signal: signal, queue: .global())
    source.setEventHandler {
      let isFirst = received.withLock { received in
        defer { received = received ?? signal }
        return received == nil
      }
      if isFirst { end(task) } else { _exit(128 + signal) }
    }
    source.resume()
    return source
  }
  defer { for source in sources { source.cancel() } }
  let result = await task.result
  if let signal = received.withLock({ $0 }) { throw SilentExit(signal: signal) }
  try result.get()
}
