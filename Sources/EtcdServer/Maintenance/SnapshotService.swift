#if Network
  internal import Crypto
  internal import EtcdAPI
  internal import Foundation
  internal import GRPCTransport
  internal import MVCC

  /// etcd's rpc Snapshot: a backup of the store in the form in which etcd's clients take a snapshot for whole.
  ///
  /// Behind the backup come zeros up to a multiple of 512 bytes, and the SHA-256 of all of it. `isdb restore` takes the file as it is.
  struct SnapshotService {
    let core: ServerCore

    /// etcd's own; larger pieces would be fewer system calls but wait longer in the client's window.
    private static let pieceBytes = 32 << 10

    /// `etcdctl snapshot save` looks at the length modulo this.
    private static let blockBytes = 512

    func add(to table: inout ServiceTable) {
      let service = self
      table.task("/etcdserverpb.Maintenance/Snapshot") { (_: EtcdSnapshotRequest, output) in
        try await service.core.metrics.snapshotTime.measure { try await service.send(to: output) }
      }
    }

    private func send(to output: TaskCallHandler.Output) async throws {
      // Beside the store, since that is where there is room for as much again.
      let path = "\(core.store.path).snapshot-\(UInt64.random(in: 0 ... .max))"
      defer { try? FileManager.default.removeItem(atPath: path) }
      let summary = try await core.store.backup(to: path)
      let padding = (Self.blockBytes - summary.byteCount % Self.blockBytes) % Self.blockBytes
      var remaining = summary.byteCount + padding
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      var digest = SHA256()
      var rest = summary.byteCount
      while rest > 0 {
        let piece = Array(try file.read(upToCount: min(Self.pieceBytes, rest)) ?? Data())
        guard !piece.isEmpty else { throw StoreError(.inputOutput, "the snapshot \(path) ends too early; try again") }
        rest -= piece.count
        remaining -= piece.count
        digest.update(data: piece)
        try await send(piece, remaining: remaining, to: output)
      }
      if padding > 0 {
        let zeros = [UInt8](repeating: 0, count: padding)
        digest.update(data: zeros)
        try await send(zeros, remaining: 0, to: output)
      }
      try await send(Array(digest.finalize()), remaining: 0, to: output)
    }

    private func send(_ piece: [UInt8], remaining: Int, to output: TaskCallHandler.Output) async throws {
      try await output.send(
        GRPCMessage(capacity: piece.count + 32) { buffer in
          buffer.writeField(2, Int64(remaining))
          buffer.writeField(3, piece)
          buffer.writeField(4, Array(EtcdServer.etcdVersion.utf8))
        })
    }
  }
#endif
