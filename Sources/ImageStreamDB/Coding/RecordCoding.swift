internal import MVCC
internal import OCI
internal import SwiftProtobuf

/// Serialises and reads the records of the key space.
enum RecordCoding {
  /// - Throws: `StoreError` with code `invalidArgument` for text that is not Unicode, which cannot come from Swift strings.
  static func encode(_ record: some Message) throws(StoreError) -> [UInt8] {
    do {
      return try record.serializedBytes()
    } catch {
      throw StoreError(.invalidArgument, "a record cannot be encoded: \(error)", cause: error)
    }
  }

  /// - Throws: `StoreError` with code `corrupt` when the bytes are not such a record.
  static func decode<Record: Message>(_ keyValue: KeyValue) throws(StoreError) -> Record {
    do {
      return try Record(serializedBytes: keyValue.value)
    } catch {
      throw corrupt(keyValue, "does not decode", cause: error)
    }
  }

  static func corrupt(_ keyValue: KeyValue, _ what: String, cause: (any Error)? = nil) -> StoreError {
    StoreError(
      .corrupt, "the record of \(keyValue.keyText) \(what); was it written by another program? restore it from an earlier revision",
      cause: cause)
  }

  static func digest(_ text: String, in keyValue: KeyValue) throws(StoreError) -> Digest {
    do { return try Digest(text) } catch { throw corrupt(keyValue, "has the digest \"\(text.prefix(80))\"", cause: error) }
  }
}

extension Timestamp {
  init(record milliseconds: Int64) { self.init(millisecondsSinceEpoch: milliseconds) }
}

extension String {
  /// Nil for the empty text that stands for "not set" in a record.
  var nilIfEmpty: String? { isEmpty ? nil : self }
}
