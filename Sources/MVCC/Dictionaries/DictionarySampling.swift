/// How many records a dictionary is trained and measured on.
public struct DictionarySampling: Hashable, Sendable {
  /// The most samples. A few thousand are plenty (zdict.h).
  public var maximumCount = 2_000

  /// The most bytes of samples: a hundred times the largest dictionary is plenty (zdict.h). Training needs some 24 bytes of memory for each.
  public var maximumBytes = 2 << 20

  /// Larger values are not sampled: zstd learns their content well enough by itself beyond some 100 KB (zdict.h).
  public var maximumValueBytes = 64 << 10

  /// Makes the choice of samples repeatable; nil chooses differently each time.
  public var seed: UInt64?

  /// The defaults.
  public init() {}
}

/// What training a dictionary for one class of keys came to.
public struct DictionaryTraining: Hashable, Sendable {
  /// Whether the class is encoded differently now.
  public enum Outcome: Hashable, Sendable {
    /// New values of the class are encoded with the new dictionary.
    case adopted(identifier: UInt32)
    /// The best that could be trained does not save enough: 5 % of what the held-out samples take now, and its own size over the class's records.
    case savesTooLittle
    /// There are fewer than `minimumSampleCount` records to sample, or they have nothing in common.
    case tooFewSamples
  }

  /// The least number of samples to train on: fifty give nine tenths of what thousands do; from fewer a dictionary learns noise.
  public static let minimumSampleCount = 50

  /// What the keys of the class begin with.
  public let keyPrefix: [UInt8]
  /// What came of it.
  public let outcome: Outcome
  /// Live records of the class that can be compressed and may be sampled.
  public let recordCount: Int
  /// Records sampled, those held out for measuring among them.
  public let sampleCount: Int
  /// Bytes of the held-out values.
  public let rawBytes: Int
  /// What they take as they would be stored without the new dictionary.
  public let bytesBefore: Int
  /// What they take with it.
  public let bytesAfter: Int
}

/// A dictionary of a store.
public struct StoredDictionary: Hashable, Sendable {
  /// Below 32,768 for those that stores are created with; trained ones count up from there. Never used twice.
  public let identifier: UInt32
  /// What the keys of its classes begin with; empty for one that neither training nor the configuration assigned.
  public let keyPrefixes: [[UInt8]]
  /// Whether new values are encoded with it now.
  public let isInUse: Bool
  /// Its size.
  public let byteCount: Int
  /// When it was trained and adopted; nil for one that the store was created with.
  public let trained: Timestamp?
  /// Records of the class when it was trained; 0 for one that was not trained here.
  public let recordCount: Int
  /// Samples it was trained and measured on.
  public let sampleCount: Int
  /// Bytes of the held-out values when it was trained.
  public let rawBytes: Int
  /// What they took before.
  public let bytesBefore: Int
  /// What they took with it.
  public let bytesAfter: Int
}
