package import LMDB

/// How a store is opened, and its limits.
public struct StoreConfiguration: Sendable {
  /// The address space set aside for the data file, in bytes; the file itself grows only as it is written.
  public var mapSizeBytes = 256 << 30

  /// Whether a missing store is created.
  public var createsIfMissing = true

  /// Whether only reading is meant; writes are then refused.
  public var isReadOnly = false

  /// The largest value, in bytes. etcd's limit on a request: 1.5 MiB.
  public var maximumValueBytes = 1_572_864

  /// The most bytes of one request as etcd would encode it: a put, a deletion or a transaction given as a value.
  public var maximumRequestBytes = 1_572_864

  /// The most compares, and the most operations in a branch, of a transaction given as a value (etcd's `--max-txn-ops`).
  public var maximumOperationsPerTransaction = 128

  /// The most keys that one write may change. Freed pages of a large transaction slow down later commits (LMDB's free list).
  public var maximumChangesPerWrite = 10_000

  /// The most bytes that the store may use; nil means no limit but the disk's.
  ///
  /// Reaching it raises the alarm NOSPACE. Free pages of the data file do not count.
  public var quotaBytes: Int?

  /// How far consumers and backups may hold compaction back, where no retention policy says otherwise: 30 days.
  public var holdLimit = HoldLimit(age: .seconds(30 * 86_400))

  /// The wall clock. Times that go back are replaced by the last commit's.
  public var clock: @Sendable () -> Timestamp = { Timestamp.now }

  /// The clock that leases run by: it counts from the start of the machine, so that setting the wall clock ends no lease.
  package var bootClock: @Sendable () -> BootTime = { BootTime.now }

  /// The shortest time to live of a lease, in seconds; shorter ones are raised to it. etcd's is 2 with its default settings.
  public var minimumLeaseSeconds: Int64 = 2

  /// The dictionaries that values are compressed with, by the beginning of their key.
  public var dictionaries: [BuiltInDictionary] = []

  /// Beginnings of keys whose values may hold secrets. They are compressed like others, but no dictionary is trained on them: a dictionary holds
  /// parts of its samples word for word, and outlives them.
  public var secretKeyPrefixes: [[UInt8]] = []

  /// Whether a directory on NFS, SMB, FUSE or 9p is opened although locks and maps may not work there.
  public var allowsUnsuitableFileSystem = false

  /// When the write-ahead log makes room; smaller in tests.
  package var logLimits = LogLimits()

  /// The defaults.
  public init() {}
}
