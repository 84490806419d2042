internal import LMDB
internal import Zstd

/// Dictionaries trained on samples and measured on others, on a thread of their own since it takes seconds.
struct DictionaryTrial: Sendable {
  /// The sizes that are tried: 16 KiB holds what records of one kind have in common, 4 KiB is better where there are few.
  static let byteCounts = [16 << 10, 4 << 10]

  /// A dictionary has to save at least this share of what held-out samples take now. Rewriting a class for less only adds dictionaries.
  static let minimumSaving = 0.05

  /// Bytes of the held-out values.
  private(set) var rawBytes = 0
  /// As they would be stored now.
  private(set) var bytesBefore = 0
  /// As they would be stored with the best of the new dictionaries; the same as before when there is none.
  private(set) var bytesAfter = 0
  /// The best of the new dictionaries, when it saves enough.
  private(set) var chosen: [UInt8]?
  /// Whether a dictionary could be trained at all.
  private var isTrained = false

  /// - Parameter present: what the class is encoded with now.
  static func run(_ reservoir: SampleReservoir, present: CompressionDictionary?) async throws -> DictionaryTrial {
    guard reservoir.samples.count >= DictionaryTraining.minimumSampleCount else { return DictionaryTrial() }
    let thread = try DedicatedThread(name: "isdb-trainer")
    return try await withCheckedThrowingContinuation { continuation in
      thread.enqueue {
        continuation.resume(with: Result { () throws -> DictionaryTrial in try DictionaryTrial(reservoir, present: present) })
      }
    }
  }

  private init() {}

  private init(_ reservoir: SampleReservoir, present: CompressionDictionary?) throws {
    var reservoir = reservoir
    let (training, heldOut) = reservoir.split()
    rawBytes = heldOut.reduce(0) { $0 + $1.count }
    bytesBefore = Self.storedBytes(heldOut, present)
    bytesAfter = bytesBefore
    let shared = SharedContent(training)
    let parts = training.map(shared.filtered).filter { $0.count >= SharedContent.gramBytes }
    // What the class takes, its dictionary included, as the held-out samples foretell it.
    let scale = Double(reservoir.seenBytes) / Double(max(1, rawBytes))
    var leastCost = Double.infinity
    for byteCount in Self.byteCounts {
      // Any number serves until the dictionary is adopted. Samples with nothing in common cannot be trained on.
      guard
        let bytes = try? Zstd.trainDictionary(
          from: parts, statisticsFrom: training, maximumByteCount: byteCount, id: DictionaryTable.firstTrained),
        let dictionary = try? CompressionDictionary(id: DictionaryTable.firstTrained, bytes: bytes)
      else { continue }
      isTrained = true
      let stored = Self.storedBytes(heldOut, dictionary)
      let cost = Double(stored) * scale + Double(bytes.count)
      guard cost < leastCost else { continue }
      leastCost = cost
      bytesAfter = stored
      chosen = bytes
    }
    let savesEnough = Double(bytesAfter) <= (1 - Self.minimumSaving) * Double(bytesBefore)
    if !savesEnough || leastCost >= Double(bytesBefore) * scale { chosen = nil }
  }

  private static func storedBytes(_ values: [[UInt8]], _ dictionary: CompressionDictionary?) -> Int {
    values.reduce(0) { sum, value in
      let encoded = ValueCoder.encode(value, with: dictionary)
      // A compressed record also has the hash of its value.
      return sum + encoded.payload.count + (encoded.codec == .raw ? 0 : 8)
    }
  }

  /// The dictionary with its final number.
  static func number(_ dictionary: [UInt8], _ identifier: UInt32) throws(StoreError) -> [UInt8] {
    do {
      return try Zstd.renumber(dictionary, id: identifier)
    } catch {
      throw StoreError(.unsupported, "a trained dictionary cannot be numbered \(identifier); report this", cause: error)
    }
  }

  func report(_ prefix: [UInt8], _ reservoir: SampleReservoir, identifier: UInt32?) -> DictionaryTraining {
    DictionaryTraining(
      keyPrefix: prefix, outcome: identifier.map { .adopted(identifier: $0) } ?? (isTrained ? .savesTooLittle : .tooFewSamples),
      recordCount: reservoir.seenCount, sampleCount: reservoir.samples.count, rawBytes: rawBytes, bytesBefore: bytesBefore,
      bytesAfter: bytesAfter)
  }
}
