internal import CLMDB

/// The kind of file system that holds a file, as far as it matters to LMDB.
public struct FileSystemKind: Hashable, Sendable, CustomStringConvertible {
  /// statfs(2)'s `f_type`; 0 for a local file system of a system without such numbers.
  public let magic: UInt64

  public init(magic: UInt64) {
    self.magic = magic
  }

  /// Whether maps and locks can be trusted: false for file systems of the network and of other processes.
  ///
  /// Overlay file systems are trusted: files that can be written are on the upper, ordinary one.
  public var isSuitable: Bool { Self.unsuitable[magic] == nil }

  public var description: String { Self.unsuitable[magic] ?? "file system 0x\(String(magic, radix: 16))" }

  // linux/magic.h, and the file systems' own headers.
  private static let unsuitable: [UInt64: String] = [
    0x6969: "NFS",
    0x517B: "SMB",
    0xFF53_4D42: "CIFS",
    0xFE53_4D42: "SMB2",
    0x6573_5546: "FUSE",
    0x0102_1997: "9p",
    0x5346_414F: "AFS",
    0x6B41_4653: "kAFS",
    0x7375_7245: "Coda",
    0x00C3_6400: "Ceph",
    0x0BD0_0BD0: "Lustre",
    0x4750_4653: "GPFS",
    0x564C: "NCP",
    0x786F_4256: "vboxsf",
    0xBACB_ACBC: "vmhgfs",
  ]
}

extension FileSystem {
  /// The kind of file system that holds `path`.
  public static func kind(at path: String) throws(LMDBError) -> FileSystemKind {
    var magic: UInt64 = 0
    let code = unsafe clmdb_file_system_magic(path, &magic)
    if code != 0 { throw LMDBError(LMDBStatus(rawValue: code), "examine the file system", path: path) }
    return FileSystemKind(magic: magic)
  }

  static func requireSuitable(_ path: String) throws(LMDBError) {
    try requireSuitable(kind(at: path), path)
  }

  static func requireSuitable(_ kind: FileSystemKind, _ path: String) throws(LMDBError) {
    if kind.isSuitable { return }
    throw LMDBError(
      .unsuitableFileSystem, "open the environment", path: path, detail: "\(kind) does not keep LMDB's locks and maps coherent")
  }
}
