#if Network
  internal import MVCC
  internal import NIOCore

  /// Events as they go over the wire, for any number of watchers that are told the same.
  struct EncodedEvents: Sendable {
    /// Each event as a field of `WatchResponse`, one behind the other.
    let bytes: ByteBuffer
    /// Where each ends in `bytes`.
    let ends: [Int]
    /// The revision of the first event.
    let first: Revision

    /// Nil when there are none.
    init?(_ events: some Sequence<Event>, includesPrevious: Bool) {
      var bytes = ByteBuffer()
      var ends: [Int] = []
      var first: Revision?
      for event in events {
        first = first ?? event.keyValue.modRevision
        bytes.writeEvent(event, includesPrevious: includesPrevious)
        ends.append(bytes.writerIndex)
      }
      guard let first else { return nil }
      self.bytes = bytes
      self.ends = ends
      self.first = first
    }
  }

  extension ByteBuffer {
    /// `Event` in field 11.
    fileprivate mutating func writeEvent(_ event: Event, includesPrevious: Bool) {
      let keyBytes = event.keyValue.wireBytes
      let previous = includesPrevious ? event.previous : nil
      let type: Int64 = event.kind == .put ? 0 : 1
      var byteCount = ProtobufSize.field(type) + ProtobufSize.message(keyBytes)
      if let previous { byteCount += ProtobufSize.message(previous.wireBytes) }
      writeTag(11, byteCount: byteCount)
      writeField(1, type)
      writeKeyValue(2, event.keyValue)
      if let previous { writeKeyValue(3, previous) }
    }
  }
#endif
