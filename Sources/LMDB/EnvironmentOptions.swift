/// How an environment is opened.
public struct EnvironmentOptions: Sendable {
  /// The size of the map in bytes, and so the largest size of the data file; 256 GiB unless told. Address space only: nothing is allocated
  /// until pages are written. Rounded up to whole pages, never smaller than the data, and lowered when the process's address space is
  /// limited.
  public var mapSizeBytes: Int
  /// Slots for concurrent read transactions of all processes together. Only the first process to open the environment decides.
  public var maximumReaders: Int
  /// Refuses write transactions and creates nothing but the lock file.
  public var isReadOnly: Bool
  /// What a commit waits for.
  public var durability: Durability
  /// Turns the kernel's read-ahead off: right for data larger than memory that is read at random, wrong for scans.
  public var disablesReadAhead: Bool
  /// Opens on NFS, SMB, FUSE and 9p too, where locks or maps may not be coherent between hosts or processes.
  public var allowsUnsuitableFileSystem: Bool
  /// The mode of new files, before the umask.
  public var fileMode: UInt32
  /// When the write-ahead log makes room; smaller in tests.
  package var logLimits = LogLimits()

  public init(
    mapSizeBytes: Int = 1 << 38,  // 256 GiB
    maximumReaders: Int = 2048,  // 64 bytes each, in a sparse file
    isReadOnly: Bool = false,
    durability: Durability = .full,
    disablesReadAhead: Bool = false,
    allowsUnsuitableFileSystem: Bool = false,
    fileMode: UInt32 = 0o600
  ) {
    self.mapSizeBytes = mapSizeBytes
    self.maximumReaders = maximumReaders
    self.isReadOnly = isReadOnly
    self.durability = durability
    self.disablesReadAhead = disablesReadAhead
    self.allowsUnsuitableFileSystem = allowsUnsuitableFileSystem
    self.fileMode = fileMode
  }

  /// What a commit waits for before it returns.
  public struct Durability: Hashable, Sendable {
    enum Kind: Sendable {
      case full
      case logged
      case withoutMetadataSync
      case unsynced
    }

    let kind: Kind

    /// Two syncs: a commit that returned survives loss of power.
    public static let full = Durability(kind: .full)
    /// One sync, of a write-ahead log beside the data file: a commit that returned survives loss of power. An environment that was opened so once has the
    /// log from then on, and is written through it whatever the options say.
    public static let logged = Durability(kind: .logged)
    /// One sync (`MDB_NOMETASYNC`): loss of power may undo the last commit, and only that; the file stays whole.
    public static let withoutMetadataSync = Durability(kind: .withoutMetadataSync)
    /// No sync (`MDB_NOSYNC`): loss of power may leave a file that reads back wrong. Only for a private file that is synced before it is
    /// published.
    package static let unsynced = Durability(kind: .unsynced)
  }
}

/// When the write-ahead log makes room.
package struct LogLimits: Hashable, Sendable {
  /// A checkpoint begins once the log has this much since the last.
  package var checkpointBytes = 4 << 20

  /// The file is used from its beginning again from here on, as soon as there is room.
  package var capacityBytes = 16 << 20

  /// At this size writers wait for a checkpoint.
  package var maximumBytes = 64 << 20

  /// A checkpoint begins once about an eighth as many pages as the data file has were written, within these bounds: pages that were freed since the last
  /// are not reused before it, so that the file grows by what is written until then.
  package var pages = 2048...16_384

  /// The defaults.
  package init() {}
}
