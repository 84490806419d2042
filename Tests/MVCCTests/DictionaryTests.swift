import LMDB
import TestSupport
import Testing
import Zstd

@testable import MVCC

/// Records of one kind: words that repeat, numbers that do not.
private func record(_ number: Int, seed: UInt64 = 1) -> [UInt8] {
  var random = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(number))
  let digest = String(random.next(), radix: 16) + String(random.next(), radix: 16)
  let team = ["payments", "catalogue", "search", "identity", "shipping"].randomElement(using: &random) ?? ""
  return bytes(
    """
    {"kind":"Deployment","team":"\(team)","owner":"\(team)@example.com","image":"registry.example.com/\(team)/service@sha256:\(digest)",\
    "environment":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin","LANG=C.UTF-8"],"replicas":\(random.next() % 9)}
    """)
}

private let sampling = {
  var sampling = DictionarySampling()
  sampling.seed = 7
  return sampling
}()

private func fill(_ store: RevisionStore, _ prefix: String, _ numbers: Range<Int>, seed: UInt64 = 1) async throws {
  try await store.write { writer in
    for number in numbers { try writer.put(bytes("\(prefix)\(number)"), record(number, seed: seed)) }
  }
}

extension RevisionStore {
  /// What the records of a prefix are encoded with, and the bytes that their payloads take.
  fileprivate func stored(_ prefix: String) throws -> (dictionaries: Set<UInt32>, byteCount: Int) {
    var dictionaries: Set<UInt32> = []
    var byteCount = 0
    try read { view in
      try view.walk(.prefix(bytes(prefix)), .ascending) { _, record, _ in
        dictionaries.insert(record.dictionary)
        byteCount += record.payload.count
        return true
      }
    }
    return (dictionaries, byteCount)
  }
}

@Suite struct DictionaryTests {
  @Test func `a trained dictionary encodes what is written from then on, and old records stay readable`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await withStore(at: path) { store in
      try await fill(store, "d/", 0..<300)
      let before = try store.stored("d/")
      #expect(before.dictionaries == [0])
      let training = try await store.trainDictionary(for: bytes("d/"), sampling: sampling)
      #expect(training.outcome == .adopted(identifier: 32_768))
      #expect(training.recordCount == 300 && training.sampleCount == 300)
      #expect(training.bytesAfter * 2 < training.bytesBefore, "\(training)")
      #expect(try store.stored("d/").dictionaries == [0])
      #expect(try store.revision() == 2)

      try await fill(store, "d/", 0..<300)
      let after = try store.stored("d/")
      #expect(after.dictionaries == [32_768])
      #expect(after.byteCount * 2 < before.byteCount)
      try await fill(store, "e/", 0..<10)
      #expect(try store.stored("e/").dictionaries == [0])
    }
    // Opened anew, it is in use as before, and every version is there.
    try await withStore(at: path) { store in
      #expect(store.encode(record(1), for: bytes("d/1")).dictionary == 32_768)
      for revision in [Revision(2), 3] {
        for number in stride(from: 0, to: 300, by: 37) {
          #expect(try store.read(at: .revision(revision)) { try $0.get(bytes("d/\(number)"))?.value } == record(number))
        }
      }
      let listed = try store.dictionaries()
      #expect(listed.map(\.identifier) == [32_768] && listed[0].isInUse && listed[0].keyPrefixes == [bytes("d/")])
      #expect(listed[0].trained != nil && listed[0].sampleCount == 300 && listed[0].bytesAfter < listed[0].bytesBefore)
    }
  }

  @Test func `a dictionary that saves too little is not adopted`() async throws {
    try await withStore { store in
      try await fill(store, "d/", 0..<300)
      let first = try await store.trainDictionary(for: bytes("d/"), sampling: sampling)
      #expect(first.outcome == .adopted(identifier: 32_768))
      let second = try await store.trainDictionary(for: bytes("d/"), sampling: sampling)
      #expect(second.outcome == .savesTooLittle && second.bytesAfter > second.bytesBefore * 9 / 10)
      #expect(try store.statistics().dictionaryCount == 1)
    }
  }

  @Test func `a dictionary that would save less than its own size is not adopted`() async throws {
    try await withStore { store in
      try await fill(store, "d/", 0..<8)
      // Many records of which few resemble each other: what the others save does not pay for the dictionary.
      var random = SeededGenerator(seed: 3)
      for number in 0..<60 {
        let noise = (0..<80).map { _ in UInt8.random(in: 0...255, using: &random) }
        try await store.write { try $0.put(bytes("n/\(number)"), noise) }
      }
      let training = try await store.trainDictionary(for: bytes("n/"), sampling: sampling)
      #expect([.tooFewSamples, .savesTooLittle].contains(training.outcome))
      #expect(try store.statistics().dictionaryCount == 0)
    }
  }

  @Test(arguments: [0, 49]) func `too few records train nothing`(count: Int) async throws {
    try await withStore { store in
      try await fill(store, "d/", 0..<count)
      let training = try await store.trainDictionary(for: bytes("d/"), sampling: sampling)
      #expect(training.outcome == .tooFewSamples && training.sampleCount == count)
    }
  }

  @Test func `a class without those of longer prefixes`() async throws {
    try await withStore { store in
      try await fill(store, "d/a/", 0..<100)
      try await fill(store, "d/b/", 0..<100)
      #expect(try await store.trainDictionary(for: bytes("d/a/"), sampling: sampling).outcome == .adopted(identifier: 32_768))
      let outer = try await store.trainDictionary(for: bytes("d/"), sampling: sampling)
      #expect(outer.outcome == .adopted(identifier: 32_769) && outer.recordCount == 100)
      #expect(store.encode(record(1), for: bytes("d/a/1")).dictionary == 32_768)
      #expect(store.encode(record(1), for: bytes("d/b/1")).dictionary == 32_769)
      #expect(store.encode(record(1), for: bytes("d")).dictionary == 0)
    }
  }

  @Test func `a trained dictionary takes the place of a built-in one, whose records stay readable`() async throws {
    let builtIn = try Zstd.trainDictionary(from: (0..<200).map { record($0, seed: 9).reversed() }, maximumByteCount: 1024, id: 5)
    var configuration = StoreConfiguration()
    configuration.dictionaries = [BuiltInDictionary(identifier: 5, keyPrefixes: [bytes("d/")], bytes: builtIn)]
    try await withStore(configuration) { store in
      try await fill(store, "d/", 0..<100)
      #expect(try store.stored("d/").dictionaries == [5])
      #expect(try await store.trainDictionary(for: bytes("d/"), sampling: sampling).outcome == .adopted(identifier: 32_768))
      try await fill(store, "d/", 0..<50)
      #expect(try store.stored("d/").dictionaries == [5, 32_768])
      #expect(try store.dictionaries().map(\.isInUse) == [false, true])
      for number in [1, 99] { #expect(try store.read { try $0.get(bytes("d/\(number)"))?.value } == record(number)) }
    }
  }

  @Test func `a value that another store encoded is encoded again`() async throws {
    try await withStore { other in
      try await fill(other, "d/", 0..<100)
      _ = try await other.trainDictionary(for: bytes("d/"), sampling: sampling)
      let foreign = other.encode(record(1), for: bytes("d/1"))
      #expect(foreign.dictionary == 32_768)
      try await withStore { store in
        try await store.write { try $0.put(bytes("d/1"), record(1), encoded: foreign) }
        #expect(try store.stored("d/").dictionaries == [0])
        #expect(try store.read { try $0.get(bytes("d/1"))?.value } == record(1))
        // With a dictionary of the same number but of its own.
        try await fill(store, "d/", 0..<100, seed: 2)
        _ = try await store.trainDictionary(for: bytes("d/"), sampling: sampling)
        try await store.write { try $0.put(bytes("d/1"), record(1), encoded: foreign) }
        #expect(try store.read { try $0.get(bytes("d/1"))?.value } == record(1))
      }
    }
  }

  @Test func `trained dictionaries and what they encode survive backup and restore, and their numbers go on`() async throws {
    let directory = try TemporaryDirectory()
    let file = directory.appending("one.backup")
    try await withStore { store in
      try await fill(store, "d/", 0..<100)
      _ = try await store.trainDictionary(for: bytes("d/"), sampling: sampling)
      try await fill(store, "d/", 0..<100)
      _ = try await store.backup(to: file)
      let original = try store.dictionaries()
      _ = try RevisionStore.restore(from: file, to: directory.appending("restored"))
      try await withStore(at: directory.appending("restored")) { restored in
        #expect(try restored.dictionaries() == original)
        #expect(restored.encode(record(1), for: bytes("d/1")).dictionary == 32_768)
        for revision in [Revision(2), 3] {
          let expected = try store.read(at: .revision(revision)) { try $0.range(RangeQuery(.all)).keyValues }
          #expect(try restored.read(at: .revision(revision)) { try $0.range(RangeQuery(.all)).keyValues } == expected)
        }
        try await fill(restored, "e/", 0..<100, seed: 5)
        #expect(try await restored.trainDictionary(for: bytes("e/"), sampling: sampling).outcome == .adopted(identifier: 32_769))
      }
    }
  }

  @Test func `a damaged dictionary is found by the check and refused by reads`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    let store = try RevisionStore.open(at: path)
    defer { store.close() }
    try await fill(store, "d/", 0..<100)
    _ = try await store.trainDictionary(for: bytes("d/"), sampling: sampling)
    try await fill(store, "d/", 0..<100)
    // In place, as a failing disk would.
    try await store.queue.perform { batch in
      let key = DictionaryRow.key(32_768)
      let table = batch.store.tables.dictionaries
      let row = try batch.transaction.withValue(for: key.span, in: table) { [UInt8](copying: $0) }
      var damaged = try #require(row)
      damaged[500] ^= 1
      try batch.transaction.put(damaged.span, for: key.span, in: table)
      batch.hasChanges = true
    }
    let findings = try store.check().findings
    #expect(findings == ["compression dictionary 32768 fails its SHA-256; restore the store from a backup"])
    store.close()
    #expect(storeError { try RevisionStore.open(at: path) }?.code == .corrupt)
  }
}

@Suite struct DictionarySecrecyTests {
  private static let secrets = (0..<4).map { number -> [UInt8] in
    var random = SeededGenerator(seed: UInt64(100 + number))
    return bytes("tok_" + (0..<5).map { _ in String(random.next(), radix: 36) }.joined())
  }

  /// Whether any eight bytes of `secret` occur in `dictionary`.
  private static func leaks(_ secret: [UInt8], into dictionary: [UInt8]) -> Bool {
    let grams = Set((0...dictionary.count - 8).map { Array(dictionary[$0..<$0 + 8]) })
    return (0...secret.count - 8).contains { grams.contains(Array(secret[$0..<$0 + 8])) }
  }

  private static func dictionary(_ store: RevisionStore) throws -> [UInt8] {
    let snapshot = try store.parts.beginRead()
    let row = try DictionaryTable.row(32_768, store.parts.tables.dictionaries, snapshot.transaction)
    return try #require(row).dictionary
  }

  @Test func `what lies under a secret prefix is not in a dictionary, however often it occurs`() async throws {
    var configuration = StoreConfiguration()
    configuration.secretKeyPrefixes = [bytes("d/secret/")]
    try await withStore(configuration) { store in
      try await fill(store, "d/", 0..<200)
      try await store.write { writer in
        for number in 0..<200 {
          try writer.put(bytes("d/secret/\(number)"), record(number) + Self.secrets[number % 4] + Self.secrets[number % 4])
        }
      }
      let training = try await store.trainDictionary(for: bytes("d/"), sampling: sampling)
      #expect(training.outcome == .adopted(identifier: 32_768) && training.recordCount == 200)
      let dictionary = try Self.dictionary(store)
      for secret in Self.secrets { #expect(!Self.leaks(secret, into: dictionary)) }
      // They are compressed like the others.
      #expect(store.encode(record(1), for: bytes("d/secret/1")).dictionary == 32_768)
      for prefix in ["d/secret/", "d/secret/1"] {
        #expect(await awaitedError { try await store.trainDictionary(for: bytes(prefix)) }?.code == .protected)
      }
    }
  }

  @Test func `what fewer than three records have is not in a dictionary, under any prefix`() async throws {
    try await withStore { store in
      try await fill(store, "d/", 0..<200)
      try await store.write { writer in
        for number in 0..<4 {
          // One or two records each, in which it occurs many times.
          let many = Array(repeatElement(Self.secrets[number] + bytes(", "), count: 20).joined())
          for copy in 0...(number % 2) { try writer.put(bytes("d/planted/\(number)/\(copy)"), record(number) + many) }
        }
      }
      let training = try await store.trainDictionary(for: bytes("d/"), sampling: sampling)
      #expect(training.outcome == .adopted(identifier: 32_768) && training.recordCount == 206)
      let dictionary = try Self.dictionary(store)
      for secret in Self.secrets { #expect(!Self.leaks(secret, into: dictionary)) }
      // The test can see what is in a dictionary.
      #expect(Self.leaks(bytes("PATH=/usr/local/sbin"), into: dictionary))
    }
  }
}

@Suite struct DictionaryPolicyTests {
  private static let policy = {
    var policy = DictionaryPolicy()
    (policy.keyPrefixes, policy.minimumChangedRecords, policy.sampling) = ([bytes("d/")], 100, sampling)
    return policy
  }()

  @Test func `a class is trained when enough of its records changed and the interval is over`() async throws {
    let clock = ManualClock()
    var configuration = StoreConfiguration()
    configuration.clock = clock.reading
    try await withStore(configuration) { store in
      try await fill(store, "d/", 0..<99)
      try await fill(store, "e/", 0..<500)
      #expect(try await store.trainDictionariesIfDue(Self.policy).isEmpty)
      try await fill(store, "d/", 99..<100)
      #expect(try await store.trainDictionariesIfDue(Self.policy).map(\.outcome) == [.adopted(identifier: 32_768)])
      // Not again at once, though all of it changes.
      try await fill(store, "d/", 0..<100, seed: 2)
      clock.advance(by: Self.policy.interval - .milliseconds(1))
      #expect(try await store.trainDictionariesIfDue(Self.policy).isEmpty)
      clock.advance(by: .milliseconds(1))
      #expect(try await store.trainDictionariesIfDue(Self.policy).map(\.outcome) == [.savesTooLittle])
      // What came to nothing counts as trained, and with nothing new it stays at that.
      clock.advance(by: Self.policy.interval)
      #expect(try await store.trainDictionariesIfDue(Self.policy).isEmpty)
      try await fill(store, "d/", 0..<99)
      #expect(try await store.trainDictionariesIfDue(Self.policy).isEmpty)
      try await store.compact(to: store.revision())
      #expect(try store.dictionaries().count == 1)
    }
  }

  @Test func `a keeper trains as its policy says`() async throws {
    try await withStore { store in
      try await fill(store, "d/", 0..<100)
      var policy = KeeperPolicy()
      policy.duties = [DictionaryTrainer(Self.policy)]
      // After the first turn it would sleep for an hour.
      policy.sleep = { _ in throw CancellationError() }
      await #expect(throws: CancellationError.self) { try await store.runKeeper(policy) }
      #expect(try store.dictionaries().map(\.keyPrefixes) == [[bytes("d/")]])
    }
  }

  @Test func `bytes make a class due as well, and every class with a dictionary is looked after by default`() async throws {
    try await withStore { store in
      try await fill(store, "d/", 0..<60)
      _ = try await store.trainDictionary(for: bytes("d/"), sampling: sampling)
      var policy = DictionaryPolicy()
      policy.minimumChangedBytes = 60 * record(0).count * 2
      #expect(try await store.trainDictionariesIfDue(policy).isEmpty)
      policy.minimumChangedBytes = 60 * record(0).count / 2
      #expect(try await store.trainDictionariesIfDue(policy).map(\.keyPrefix) == [bytes("d/")])
    }
  }
}

@Suite struct SampleTests {
  @Test func `a reservoir keeps its limits, and every value has the same chance`() {
    var counts = [Int](repeating: 0, count: 40)
    for seed in 0..<2_000 as Range<UInt64> {
      var sampling = DictionarySampling()
      (sampling.maximumCount, sampling.seed) = (10, seed)
      var reservoir = SampleReservoir(sampling)
      for number in 0..<40 { reservoir.offer(1) { [UInt8(number)] } }
      #expect(reservoir.samples.count == 10 && reservoir.seenCount == 40 && reservoir.byteCount == 10)
      for sample in reservoir.samples { counts[Int(sample[0])] += 1 }
    }
    // 500 expected; 5 standard deviations are 97.
    #expect(counts.allSatisfy { (400...600).contains($0) }, "\(counts)")
  }

  @Test func `a reservoir of large values keeps fewer of them`() {
    var sampling = DictionarySampling()
    (sampling.maximumCount, sampling.maximumBytes, sampling.seed) = (100, 1_000, 1)
    var reservoir = SampleReservoir(sampling)
    for number in 0..<500 {
      reservoir.offer(90) { [UInt8](repeating: UInt8(number % 256), count: 90) }
      #expect(reservoir.byteCount <= 1_000 && reservoir.byteCount == reservoir.samples.reduce(0) { $0 + $1.count })
    }
    #expect(reservoir.samples.count == 11)
  }

  @Test func `only runs of eight bytes that three samples have are kept`() {
    let common = bytes("common beginning ")
    let samples = [bytes("first"), bytes("second!"), bytes("third?!")].map { common + $0 + bytes(" 1234567") }
    let shared = SharedContent(samples)
    #expect(samples.map(shared.filtered) == [0, 1, 2].map { _ in common + bytes(" 1234567") })
    let two = SharedContent(Array(samples[..<2]) + [bytes("something else")])
    #expect(two.filtered(samples[0]).isEmpty)
    // Three times in one sample is one sample.
    let repeated = SharedContent([common + common + common, bytes("x"), bytes("y")])
    #expect(repeated.filtered(common).isEmpty)
    #expect(shared.filtered([]).isEmpty && shared.filtered(bytes("common ")).isEmpty)
  }
}
