internal import MVCC
internal import OCI
internal import SwiftProtobuf

/// Serialises and reads the records of the key space.
enum RecordCoding {
  /// The same record always has the same bytes, whatever order its maps are in: a write body that runs twice writes the same twice.
  private static let options: BinaryEncodingOptions = {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    return options
  }()

  /// - Throws: `StoreError` with code `tooLarge` for a record over 2 GiB, the limit of Protocol Buffers.
  static func encode(_ record: some Message) throws(StoreError) -> [UInt8] {
    do {
      return try record.serializedBytes(options: options)
    } catch {
      throw StoreError(.tooLarge, "a record cannot be encoded: \(error)", cause: error)
    }
  }

  /// - Throws: `StoreError` with code `corrupt` when the bytes are not such a record.
  static func decode<Record: Message>(_ keyValue: KeyValue) throws(StoreError) -> Record {
    do {
      return try Record(serializedBytes: keyValue.value)
    } catch {
      throw corrupt(keyValue.key, "does not decode", cause: error)
    }
  }

  /// - Parameter what: what is wrong with the record, as the end of a sentence about it.
  static func corrupt(_ key: [UInt8], _ what: String, cause: (any Error)? = nil) -> StoreError {
    StoreError(
      .corrupt,
      "the record of \(String(decoding: key, as: UTF8.self)) \(what); was it written by another program? restore it from an earlier revision",
      cause: cause)
  }

  /// - Parameter key: that of the record which has the digest.
  /// - Throws: `StoreError` with code `corrupt` when it is none.
  static func digest(_ text: String, in key: [UInt8]) throws(StoreError) -> Digest {
    do { return try Digest(text) } catch { throw corrupt(key, "has the digest \(text.quotedForMessage)", cause: error) }
  }
}

extension Timestamp {
  init(record milliseconds: Int64) { self.init(millisecondsSinceEpoch: milliseconds) }
}

extension String {
  /// Nil for the empty text that stands for "not set" in a record.
  var nilIfEmpty: String? { isEmpty ? nil : self }

  /// The beginning that fits in so many bytes, cut between characters.
  func prefix(bytes count: Int) -> String {
    if utf8.count <= count { return self }
    var end = utf8.index(startIndex, offsetBy: count)
    while end > startIndex, end.samePosition(in: self) == nil { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}
