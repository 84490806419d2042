internal import MVCC
internal import OCI

/// A move of a tag, as it is asked for.
struct TagMove {
  /// The image; nil for a reference that was not looked up.
  var image: Digest?
  /// Where it is.
  var pullSpec: String
  /// What it is made from.
  var source: String
  var cause: TagEvent.Cause
  /// The stream's generation that it answers; nil takes the present one.
  var generation: Int64?
  var by = ""
  var because = ""
  /// The image's version, for holds that wait for a newer one; nil when nothing tells.
  var version: String?
  /// The release that the move is part of.
  var release: String?
  /// The way to it, before holds and protections are consulted.
  var steps: [DecisionStep] = []
  /// Whether whoever asks means tags that are protected too.
  var overridesProtection = false

  /// What a move does to the history of a tag.
  enum Effect: Equatable {
    /// Nothing: the newest event says all of it.
    case none
    /// The newest event answers a later generation.
    case answersGeneration
    /// The newest event names the image elsewhere.
    case replacesPullSpec
    /// The newest event has another image at the same place, which was not named by digest.
    case replacesImage
    /// A new event.
    case addsEvent

    /// Whether the tag points at another image afterwards.
    var changesImage: Bool { self == .addsEvent || self == .replacesImage }
  }

  /// The effect on a tag whose newest event is `newest`.
  ///
  /// OpenShift compares with the newest event only, and adds one only when both the image and the place differ.
  func effect(after newest: TagEvent?, generation: Int64) -> Effect {
    guard let newest else { return .addsEvent }
    switch (newest.pullSpec == pullSpec, newest.image == image) {
    case (true, true): return newest.generation == generation ? .none : .answersGeneration
    case (true, false): return .replacesImage
    case (false, true): return .replacesPullSpec
    case (false, false): return .addsEvent
    }
  }
}
