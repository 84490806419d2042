/// What several samples have in common: the only thing a dictionary may learn.
///
/// A dictionary holds parts of its samples word for word, and is never deleted, while the records it came from are. What only one record has, such
/// as a token, helps to compress nothing else and must not survive in it. So each sample is cut down to the bytes that lie in some run of
/// `gramBytes` that at least `minimumSharers` samples have; the rest is left out before training.
struct SharedContent {
  /// The length of the trainer's own pieces (zdict.h: fastCover, d = 8).
  static let gramBytes = 8

  /// Two could be a value and its copy.
  static let minimumSharers = 3

  private let shared: Set<UInt64>

  /// - Complexity: O(n log n) for n bytes of samples, and 8 bytes of memory for each.
  init(_ samples: [[UInt8]]) {
    var grams: [UInt64] = []
    grams.reserveCapacity(samples.reduce(0) { $0 + $1.count })
    for sample in samples {
      var own: [UInt64] = []
      own.reserveCapacity(sample.count)
      Self.forEachGram(sample) { _, gram in own.append(gram) }
      own.sort()
      var last: UInt64?
      for gram in own where gram != last {
        grams.append(gram)
        last = gram
      }
    }
    grams.sort()
    var shared: Set<UInt64> = []
    var run = 0
    for index in grams.indices {
      run = index > 0 && grams[index] == grams[index - 1] ? run + 1 : 1
      if run == Self.minimumSharers { shared.insert(grams[index]) }
    }
    self.shared = shared
  }

  /// The sample without the bytes that it shares with too few.
  func filtered(_ sample: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    kept.reserveCapacity(sample.count)
    var next = 0
    Self.forEachGram(sample) { start, gram in
      guard shared.contains(gram) else { return }
      kept += sample[max(start, next)..<start + Self.gramBytes]
      next = start + Self.gramBytes
    }
    return kept
  }

  /// Visits each run of `gramBytes` bytes with the place where it begins.
  private static func forEachGram(_ sample: [UInt8], _ body: (Int, UInt64) -> Void) {
    var gram: UInt64 = 0
    for (index, byte) in sample.enumerated() {
      gram = gram << 8 | UInt64(byte)
      if index >= gramBytes - 1 { body(index - gramBytes + 1, gram) }
    }
  }
}
