// Invariants:
//   samples.count <= capacity; byteCount == sum of the samples' sizes
//   byteCount <= maximumByteCount, unless there is only one sample
//   every value offered so far is among the samples with the same probability

/// A sample of fixed size, in values and in bytes, of values that come one by one in unknown number (Vitter's algorithm R).
///
/// When values are large the number kept is lowered for good, by dropping any of them, which keeps the chances equal.
struct SampleReservoir {
  private(set) var samples: [[UInt8]] = []
  private(set) var seenCount = 0
  /// Bytes of all values offered, kept or not.
  private(set) var seenBytes = 0
  private(set) var byteCount = 0
  private var capacity: Int
  private let maximumByteCount: Int
  private var random: SampleGenerator

  init(_ sampling: DictionarySampling) {
    capacity = max(1, sampling.maximumCount)
    maximumByteCount = sampling.maximumBytes
    random = SampleGenerator(state: sampling.seed ?? .random(in: .min ... .max))
  }

  /// Takes part in the choice with a value of that many bytes, which `make` gives if it is chosen.
  mutating func offer(_ valueByteCount: Int, _ make: () throws -> [UInt8]) rethrows {
    seenCount += 1
    seenBytes += valueByteCount
    if samples.count < capacity {
      let sample = try make()
      samples.append(sample)
      byteCount += sample.count
    } else {
      let place = Int.random(in: 0..<seenCount, using: &random)
      guard place < capacity else { return }
      let sample = try make()
      byteCount += sample.count - samples[place].count
      samples[place] = sample
    }
    while byteCount > maximumByteCount, samples.count > 1 {
      samples.swapAt(Int.random(in: samples.indices, using: &random), samples.count - 1)
      byteCount -= samples.removeLast().count
      capacity = samples.count
    }
  }

  /// The samples in two parts, by chance: one of four to measure with, the others to train on.
  mutating func split() -> (training: [[UInt8]], heldOut: [[UInt8]]) {
    samples.shuffle(using: &random)
    let heldOut = samples.count / 4
    return (Array(samples[heldOut...]), Array(samples[..<heldOut]))
  }
}

/// SplitMix64: a sample that can be drawn again from its seed.
private struct SampleGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
