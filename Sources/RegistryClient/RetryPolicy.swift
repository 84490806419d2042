#if Network
  /// What is tried again, how often and after how long.
  ///
  /// Tried again are answers 429, 502, 503 and 504, and connections that broke or timed out; a GET or HEAD may always be repeated. The wait
  /// doubles each time up to a cap, and a random half of it is waived so that clients that failed together do not return together. A
  /// registry's `Retry-After` is obeyed up to its own cap: one that asks for longer gets no further request, and the error says how long it
  /// asked for.
  public struct RetryPolicy: Hashable, Sendable {
    /// The most tries, the first one included; at least 1.
    public var maximumAttempts: Int

    /// The wait before the second try.
    public var initialDelay: Duration

    /// The longest wait that is chosen here.
    public var maximumDelay: Duration

    /// The longest wait that a registry may ask for.
    public var maximumRetryAfter: Duration

    /// Five tries, waiting 0.25 s, 0.5 s, 1 s and 2 s at most; up to a minute when the registry asks for it.
    public init(
      maximumAttempts: Int = 5, initialDelay: Duration = .milliseconds(250), maximumDelay: Duration = .seconds(10),
      maximumRetryAfter: Duration = .seconds(60)
    ) {
      self.maximumAttempts = maximumAttempts
      self.initialDelay = initialDelay
      self.maximumDelay = maximumDelay
      self.maximumRetryAfter = maximumRetryAfter
    }

    /// One try.
    public static let never = RetryPolicy(maximumAttempts: 1)

    /// The wait after a failed try, or nil to give up.
    /// - Parameters:
    ///   - attempt: the number of tries so far, from 1.
    ///   - error: why the last one failed.
    ///   - random: from 0 up to 1.
    func delay(afterAttempt attempt: Int, error: RegistryError, random: Double) -> Duration? {
      guard error.isRetryable, attempt < maximumAttempts else { return nil }
      // Beyond 2^30 times the initial delay any sensible cap has been reached.
      let doublings = min(attempt - 1, 30)
      let backoff = min(initialDelay * (1 << doublings), maximumDelay)
      let jittered = backoff * (0.5 + random / 2)
      guard let asked = error.retryAfter else { return jittered }
      return asked <= maximumRetryAfter ? max(asked, jittered) : nil
    }

    /// What `Retry-After` says: a number of seconds or a date.
    /// - Parameter now: seconds since 1970, to take from a date.
    static func retryAfter(_ text: String?, now: Double) -> Duration? {
      guard let text else { return nil }
      // A day; whoever asks for more is told the same.
      let maximumSeconds = 86_400.0
      if let seconds = Int(text), seconds >= 0 { return .seconds(min(Double(seconds), maximumSeconds)) }
      guard let date = WallClock.seconds(fromHTTPDate: text) else { return nil }
      return .seconds(min(max(date - now, 0), maximumSeconds))
    }
  }
#endif
