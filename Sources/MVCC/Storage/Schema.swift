internal import LMDB

/// Every tree of a store, what its keys and values are, and the version of it all.
///
///     state         one record in LMDB's main tree, next to the roots of the others   StateRecord
///     current       user key                                                          Record (newest version of a live key)
///     history       HistoryKey: escaped user key, 0x00, mod revision                  end revision (8) and the Record, bytes unchanged
///     log           LogKey: revision (8), index in the revision (2)                   LogRow
///     time          last revision of a commit (8)                                     milliseconds since 1970 (8)
///     dictionaries  identifier (4)                                                    DictionaryRow
///     leases        LeaseKey: clock; leases; their keys; their deadlines               LeaseClock; LeaseRow; empty; empty
///     consumers     name in UTF-8                                                     ConsumerRow
///     system        kind, a slash, and a name                                         SystemRow: holds, alarms, retention classes; trainings
///
/// Numbers in keys are big-endian, so that byte order is number order. A version of a key is visible at revision R when its mod
/// revision is at most R and, if it is in `history`, its end revision is greater than R.
///
/// Worked example, one key through put, put, delete and a compaction:
///
///     put a=1 at 2     current a → (mod 2, 1)                                        log 2: put a
///     put a=2 at 3     current a → (mod 3, 2)   history a∥2 → end 3                  log 3: put a, previous 2
///     delete a at 4    current –                history a∥2 → end 3, a∥3 → end 4     log 4: delete a, previous 3
///     compact to 3     current –                history a∥3 → end 4                  log 3, 4
///     compact to 4     current –                history –                            log 4
enum Schema {
  /// The format that this code writes. A store with a greater number is refused.
  static let formatVersion: UInt16 = 1

  static let current = "current"
  static let history = "history"
  static let log = "log"
  static let time = "time"
  static let dictionaries = "dictionaries"
  static let leases = "leases"
  static let consumers = "consumers"
  static let system = "system"

  static let tableNames = [current, history, log, time, dictionaries, leases, consumers, system]

  /// The key of the state record in the main tree; a table name cannot begin with a zero byte.
  static let stateKey: [UInt8] = Array("\0state".utf8)

  /// Beside LMDB's two files in a store's directory.
  static let doorbellFileName = "doorbell"

  /// What the process that looks after the store keeps locked.
  static let keeperFileName = "keeper"

  /// LMDB takes keys of 511 bytes; a history key adds a terminator and 8 bytes, and what is left over allows for escaped zero bytes.
  static let maximumKeyBytes = 480

  /// 511 (LMDB) - 1 (terminator) - 8 (revision): the most that an escaped key may take.
  static let maximumEscapedKeyBytes = 502
}

/// The open tables of one environment.
struct Tables: Sendable {
  let main: Table
  let current: Table
  let history: Table
  let log: Table
  let time: Table
  let dictionaries: Table
  let leases: Table
  let consumers: Table
  let system: Table

  init(_ environment: Environment) throws(LMDBError) {
    main = environment.mainTable
    current = try environment.table(Schema.current)
    history = try environment.table(Schema.history)
    log = try environment.table(Schema.log)
    time = try environment.table(Schema.time)
    dictionaries = try environment.table(Schema.dictionaries)
    leases = try environment.table(Schema.leases)
    consumers = try environment.table(Schema.consumers)
    system = try environment.table(Schema.system)
  }
}
