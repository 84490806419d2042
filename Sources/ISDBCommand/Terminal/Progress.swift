import Synchronization

/// One line on standard error that tells a person at a terminal how far something is; elsewhere it stays silent.
final class ProgressLine: Sendable {
  private struct State {
    var last = ""
    var shown: ContinuousClock.Instant?
  }

  private let isShown: Bool
  private let state = Mutex(State())

  /// Time between two updates, in which the eye could not follow more.
  private static let interval = Duration.milliseconds(100)

  init(isShown: Bool = StandardStreams.errorIsTerminal) { self.isShown = isShown }

  /// Replaces the line, if the last update was long enough ago.
  func update(_ text: @autoclosure () -> String) {
    guard isShown else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      if let shown = state.shown, shown.duration(to: now) < Self.interval { return }
      state.last = text().printable.abbreviated(to: 78)
      state.shown = now
      StandardStreams.reportPart("\r\u{1B}[K" + state.last)
    }
  }

  /// Takes the line away again.
  func finish() {
    guard isShown else { return }
    state.withLock { state in
      if !state.last.isEmpty { StandardStreams.reportPart("\r\u{1B}[K") }
      state = State()
    }
  }
}
