#if Network
  internal import MVCC
  internal import NIOCore

  extension KeyValue {
    /// What it takes as etcd's `KeyValue`, without tag and length.
    var wireBytes: Int {
      ProtobufSize.field(key) + ProtobufSize.field(createRevision.rawValue) + ProtobufSize.field(modRevision.rawValue)
        + ProtobufSize.field(version) + ProtobufSize.field(value) + ProtobufSize.field(lease)
    }
  }

  extension ByteBuffer {
    /// `ResponseHeader` in field 1.
    mutating func writeHeader(_ identity: ServerIdentity, _ revision: Revision) {
      let count =
        ProtobufSize.field(Int64(bitPattern: identity.cluster)) + ProtobufSize.field(Int64(bitPattern: identity.member))
        + ProtobufSize.field(revision.rawValue) + ProtobufSize.field(Int64(ServerIdentity.term))
      writeTag(1, byteCount: count)
      writeField(1, identity.cluster)
      writeField(2, identity.member)
      writeField(3, revision.rawValue)
      writeField(4, ServerIdentity.term)
    }

    /// The header of an operation in a transaction, which has the revision alone.
    private mutating func writeHeader(_ revision: Revision) {
      writeTag(1, byteCount: ProtobufSize.field(revision.rawValue))
      writeField(3, revision.rawValue)
    }

    private mutating func writeHeader(_ identity: ServerIdentity?, _ revision: Revision) {
      if let identity { writeHeader(identity, revision) } else { writeHeader(revision) }
    }

    /// `KeyValue`.
    mutating func writeKeyValue(_ field: Int, _ keyValue: KeyValue) {
      writeTag(field, byteCount: keyValue.wireBytes)
      writeField(1, keyValue.key)
      writeField(2, keyValue.createRevision.rawValue)
      writeField(3, keyValue.modRevision.rawValue)
      writeField(4, keyValue.version)
      writeField(5, keyValue.value)
      writeField(6, keyValue.lease)
    }

    /// `RangeResponse`. Here and below: an operation in a transaction has no identity.
    mutating func write(_ response: RangeResponse, _ identity: ServerIdentity?) {
      writeHeader(identity, response.revision)
      for keyValue in response.keyValues { writeKeyValue(2, keyValue) }
      writeField(3, response.hasMore)
      writeField(4, Int64(response.count))
    }

    /// `PutResponse`.
    mutating func write(_ response: PutResponse, _ identity: ServerIdentity?) {
      writeHeader(identity, response.revision)
      if let previous = response.previous { writeKeyValue(2, previous) }
    }

    /// `DeleteRangeResponse`.
    mutating func write(_ response: DeleteResponse, _ identity: ServerIdentity?) {
      writeHeader(identity, response.revision)
      writeField(2, Int64(response.deletedCount))
      for keyValue in response.previous { writeKeyValue(3, keyValue) }
    }

    /// `TxnResponse`.
    mutating func write(_ response: TransactionResponse, _ identity: ServerIdentity?) {
      writeHeader(identity, response.revision)
      writeField(2, response.hasSucceeded)
      for operation in response.responses {
        writeMessage(3) { buffer in
          switch operation {
          case .range(let response): buffer.writeMessage(1) { $0.write(response, nil) }
          case .put(let response): buffer.writeMessage(2) { $0.write(response, nil) }
          case .delete(let response): buffer.writeMessage(3) { $0.write(response, nil) }
          case .transaction(let response): buffer.writeMessage(4) { $0.write(response, nil) }
          }
        }
      }
    }
  }
#endif
