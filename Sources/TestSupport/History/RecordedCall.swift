public import MVCC

/// One call of one client, from the moment when it was made to the moment when its answer was there.
public struct RecordedCall: Sendable {
  /// Who called; a client has one call under way at a time.
  public var client: String

  /// The client's number of this call.
  public var number: Int

  /// What was asked.
  public var request: StoreRequest

  /// When, in nanoseconds of `MonotonicTime`.
  public var invoked: UInt64

  /// When the answer was there; nil when it never came.
  public var returned: UInt64?

  /// The answer; `unknown` when it never came.
  public var answer: StoreAnswer

  /// When the caller's process was seen to be dead: a call without an answer took place before that, or never.
  public var died: UInt64?

  /// A call with every field given.
  public init(client: String, number: Int, request: StoreRequest, invoked: UInt64, returned: UInt64? = nil, answer: StoreAnswer = .unknown)
  {
    self.client = client
    self.number = number
    self.request = request
    self.invoked = invoked
    self.returned = returned
    self.answer = answer
  }

  /// The newest revision that the caller has learnt of.
  public var observedRevision: Revision? {
    switch answer {
    case .written(_, let revision, _), .range(let revision, _): revision
    case .compacted(let revision): revision
    case .lease, .refused, .unknown: nil
    }
  }
}

extension RecordedCall: CustomStringConvertible {
  public var description: String {
    let times = "\(invoked)–\(returned.map(String.init) ?? "?")"
    return "\(client)#\(number) [\(times)] \(HistoryText.text(of: request)) → \(HistoryText.text(of: answer))"
  }
}
