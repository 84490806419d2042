internal import CLMDB

/// A status code of LMDB, of the operating system, or of this wrapper.
///
/// Three ranges share one integer: positive values are `errno`s, -30799 … -30780 are LMDB's own (lmdb.h, "Return Codes"), and
/// -41000 … -41999 are conditions that this module detects before LMDB would misbehave.
public struct LMDBStatus: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: Int32

  @inlinable
  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// One sentence on the status, in LMDB's, the system's or this module's words.
  public var description: String {
    if let text = Self.sentences[self] { return text }
    guard let text = unsafe mdb_strerror(rawValue) else { return "status \(rawValue)" }
    return unsafe String(cString: text)
  }
}

// MARK: - Codes of LMDB

extension LMDBStatus {
  /// The operation succeeded (`MDB_SUCCESS`).
  public static var success: Self { Self(rawValue: 0) }
  /// The key is already in the table (`MDB_KEYEXIST`).
  public static var keyExists: Self { Self(rawValue: -30799) }
  /// The key or table does not exist (`MDB_NOTFOUND`).
  public static var notFound: Self { Self(rawValue: -30798) }
  /// A page that the tree refers to is not there: the file is damaged (`MDB_PAGE_NOTFOUND`).
  public static var pageNotFound: Self { Self(rawValue: -30797) }
  /// A page is of the wrong kind: the file is damaged (`MDB_CORRUPTED`).
  public static var corrupted: Self { Self(rawValue: -30796) }
  /// The environment had a fatal error and must be closed and opened again (`MDB_PANIC`).
  public static var panic: Self { Self(rawValue: -30795) }
  /// The file was written by another version of LMDB (`MDB_VERSION_MISMATCH`).
  public static var versionMismatch: Self { Self(rawValue: -30794) }
  /// The file is not an LMDB data file (`MDB_INVALID`).
  public static var invalid: Self { Self(rawValue: -30793) }
  /// The map is full (`MDB_MAP_FULL`); ``Environment/growMap(toAtLeast:timeout:)`` makes room.
  public static var mapFull: Self { Self(rawValue: -30792) }
  /// There are more tables than were named at open (`MDB_DBS_FULL`).
  public static var tablesFull: Self { Self(rawValue: -30791) }
  /// Every reader slot is taken (`MDB_READERS_FULL`).
  public static var readersFull: Self { Self(rawValue: -30790) }
  /// Too many dirty pages in one transaction (`MDB_TXN_FULL`).
  public static var transactionFull: Self { Self(rawValue: -30788) }
  /// A page has no space where it must have some: an internal error of LMDB (`MDB_PAGE_FULL`).
  public static var pageFull: Self { Self(rawValue: -30786) }
  /// Another process made the map larger than this process's (`MDB_MAP_RESIZED`).
  public static var mapResized: Self { Self(rawValue: -30785) }
  /// The table has flags that this module does not use, or is no table at all (`MDB_INCOMPATIBLE`).
  public static var incompatible: Self { Self(rawValue: -30784) }
  /// The reader's slot is in use or was taken away (`MDB_BAD_RSLOT`).
  public static var badReaderSlot: Self { Self(rawValue: -30783) }
  /// The transaction failed earlier and can only be aborted (`MDB_BAD_TXN`).
  public static var badTransaction: Self { Self(rawValue: -30782) }
  /// The key is empty or longer than 511 bytes, or the value is too large (`MDB_BAD_VALSIZE`).
  public static var badValueSize: Self { Self(rawValue: -30781) }
  /// The table handle is not valid in this transaction (`MDB_BAD_DBI`).
  public static var badTable: Self { Self(rawValue: -30780) }
}

// MARK: - Codes of the operating system

extension LMDBStatus {
  /// No such file or directory (`ENOENT`).
  public static var noSuchFile: Self { Self(rawValue: ENOENT) }
  /// An input or output error: treat the store as failed (`EIO`).
  public static var inputOutputError: Self { Self(rawValue: EIO) }
  /// Out of memory or address space (`ENOMEM`).
  public static var outOfMemory: Self { Self(rawValue: ENOMEM) }
  /// Permission denied, or a write in a read-only environment (`EACCES`).
  public static var permissionDenied: Self { Self(rawValue: EACCES) }
  /// The file or directory exists (`EEXIST`).
  public static var exists: Self { Self(rawValue: EEXIST) }
  /// Not a directory (`ENOTDIR`).
  public static var notDirectory: Self { Self(rawValue: ENOTDIR) }
  /// An argument is not valid (`EINVAL`).
  public static var invalidArgument: Self { Self(rawValue: EINVAL) }
  /// The device is full (`ENOSPC`).
  public static var noSpace: Self { Self(rawValue: ENOSPC) }
  /// The file system is mounted read-only (`EROFS`).
  public static var readOnlyFileSystem: Self { Self(rawValue: EROFS) }
}

// MARK: - Codes of this module

extension LMDBStatus {
  /// The environment was closed.
  public static var closed: Self { Self(rawValue: -41_000) }
  /// This process has the environment open already, perhaps under another path.
  public static var alreadyOpen: Self { Self(rawValue: -41_001) }
  /// A thread that holds a write transaction asked for another, or another thread ended it.
  public static var wrongThread: Self { Self(rawValue: -41_002) }
  /// The table belongs to another environment.
  public static var wrongEnvironment: Self { Self(rawValue: -41_003) }
  /// The data file is shorter than the pages that its newest commit uses.
  public static var truncated: Self { Self(rawValue: -41_004) }
  /// The directory is on a network or user-space file system, where LMDB's locks and maps are not safe.
  public static var unsuitableFileSystem: Self { Self(rawValue: -41_005) }
  /// Another process with the same process id, in another PID namespace, reads the environment.
  public static var processNamespaceClash: Self { Self(rawValue: -41_006) }
  /// The environment was opened before `fork` and is used in the child.
  public static var forked: Self { Self(rawValue: -41_007) }
  /// Transactions of this process did not end in time.
  public static var timedOut: Self { Self(rawValue: -41_008) }
  /// The cursor is not on a row.
  public static var notPositioned: Self { Self(rawValue: -41_009) }

  /// What the codes that LMDB does not know say.
  private static let sentences: [Self: String] = [
    .closed: "the environment is closed",
    .alreadyOpen: "the environment is already open in this process",
    .wrongThread: "a write transaction belongs to the thread that began it",
    .wrongEnvironment: "the table belongs to another environment",
    .truncated: "the data file is shorter than its newest commit",
    .unsuitableFileSystem: "the file system does not keep LMDB's locks and maps coherent",
    .processNamespaceClash: "a process with the same process id in another PID namespace has the environment open",
    .forked: "the environment was opened before fork and cannot be used in the child process",
    .timedOut: "transactions of this process did not end in time",
    .notPositioned: "the cursor is not on a row",
  ]
}
