internal import LMDB
internal import Zstd

extension RevisionStore {
  /// Trains a dictionary on records of a class of keys and has new values of the class encoded with it, if that saves enough.
  ///
  /// The class is the keys that begin with `prefix`, but for those with a longer prefix of their own. Live records are sampled at random, in short
  /// transactions; a quarter of the samples is held out, and the new dictionary is adopted if it makes those at least 5 % smaller than they would be
  /// stored now, and saves its own size over the whole class. Records that exist keep the dictionary that they were written with, which is never
  /// deleted; as keys are written again they get smaller.
  ///
  /// Keys under `StoreConfiguration.secretKeyPrefixes` are never sampled. Of the others the dictionary gets no run of eight bytes or more that
  /// fewer than three samples have, so that what only one record knows is not copied into it.
  ///
  /// - Throws: `StoreError` with code `protected` for a prefix whose keys may hold secrets, `tooLarge` for one longer than a key, `conflict` when the class got another dictionary meanwhile.
  /// - Complexity: one walk over the class, without values, and about a second of one thread for two megabytes of samples.
  public func trainDictionary(
    for prefix: [UInt8], sampling: DictionarySampling = DictionarySampling()
  ) async throws -> DictionaryTraining {
    if let secret = parts.configuration.secretKeyPrefixes.first(where: { prefix.starts(with: $0) }) {
      throw StoreError(
        .protected,
        "keys that begin with \"\(printable(secret))\" may hold secrets, so no dictionary is trained on them; name another prefix")
    }
    guard prefix.count <= Schema.maximumKeyBytes else {
      throw StoreError(.tooLarge, "a prefix of \(prefix.count) bytes is longer than any key; the limit is \(Schema.maximumKeyBytes)")
    }
    let coder = try parts.coder(for: parts.beginRead().transaction)
    let reservoir = try await DictionarySampler(store: self, prefix: prefix, coder: coder, sampling: sampling).sample()
    let present = coder.classOf(prefix)?.dictionary
    let trial = try await DictionaryTrial.run(reservoir, present: present)
    guard let chosen = trial.chosen else { return trial.report(prefix, reservoir, identifier: nil) }
    let note = DictionaryRow.Note(
      time: parts.clock(), recordCount: reservoir.seenCount, sampleCount: reservoir.samples.count, rawBytes: trial.rawBytes,
      bytesBefore: trial.bytesBefore, bytesAfter: trial.bytesAfter, keyPrefix: prefix)
    let identifier = try await adopt(chosen, note, replacing: present?.id)
    // This process encodes with it at once; others learn of it with their next batch.
    _ = try parts.coder(for: parts.beginRead().transaction)
    return trial.report(prefix, reservoir, identifier: identifier)
  }

  /// Adds a dictionary under the next identifier, unless its class has got another one since it was compared.
  private func adopt(_ dictionary: [UInt8], _ note: DictionaryRow.Note, replacing present: UInt32?) async throws -> UInt32 {
    try await queue.perform { batch in
      let table = batch.store.tables.dictionaries
      let coder = try DictionaryTable.extend(batch.coder, table, batch.transaction)
      guard coder.classOf(note.keyPrefix)?.dictionary.id == present else {
        throw StoreError(
          .conflict, "keys that begin with \"\(printable(note.keyPrefix))\" got another dictionary while one was trained; train again")
      }
      let identifier = try DictionaryTable.next(table, batch.transaction)
      let row = DictionaryRow(note: note, dictionary: try DictionaryTrial.number(dictionary, identifier))
      try batch.transaction.append(row.encode().span, for: DictionaryRow.key(identifier).span, in: table)
      batch.hasChanges = true
      return identifier
    }
  }

  /// The prefixes of the classes that have a dictionary, built in or trained, and whose keys hold no secrets: those that are worth training again.
  public func dictionaryPrefixes() throws -> [[UInt8]] {
    let classes = try StoreError.translating(path) { try parts.coder(for: parts.beginRead().transaction).classes }
    let secrets = parts.configuration.secretKeyPrefixes
    return classes.map(\.prefix).filter { prefix in !secrets.contains { prefix.starts(with: $0) } }
      .sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Every dictionary of the store, by identifier.
  public func dictionaries() throws -> [StoredDictionary] {
    try StoreError.translating(path) {
      let snapshot = try parts.beginRead()
      let classes = try parts.coder(for: snapshot.transaction).classes
      let configured = parts.configuration.dictionaries
      return try snapshot.transaction.withCursor(on: parts.tables.dictionaries) { cursor in
        var all: [StoredDictionary] = []
        var isThere = try cursor.first()
        while isThere {
          let identifier = try DictionaryRow.identifier(cursor.key)
          let (note, start) = try DictionaryRow.header(cursor.value, identifier: identifier)
          let prefixes = note.map { [$0.keyPrefix] } ?? configured.first { $0.identifier == identifier }?.keyPrefixes ?? []
          all.append(
            StoredDictionary(
              identifier: identifier, keyPrefixes: prefixes, isInUse: classes.contains { $0.dictionary.id == identifier },
              byteCount: cursor.value.count - start, trained: note?.time, recordCount: note?.recordCount ?? 0,
              sampleCount: note?.sampleCount ?? 0, rawBytes: note?.rawBytes ?? 0, bytesBefore: note?.bytesBefore ?? 0,
              bytesAfter: note?.bytesAfter ?? 0))
          isThere = try cursor.next()
        }
        return all
      }
    }
  }
}
