import Foundation
import GRDB

/// A key space in SQLite, durable at every commit: write-ahead log, `synchronous=FULL`.
public final class SQLiteStore: Sendable {
  /// What a put writes.
  public enum Shape: Sendable {
    /// One table of keys and values.
    case oneTable
    /// The same logical work as the engine's: the newest version, the superseded one, a row of the log, a commit time, the state.
    case sameLogicalWork
  }

  private let pool: DatabasePool
  private let shape: Shape

  /// SQLite's version.
  public let version: String

  /// Makes a new database.
  public init(path: String, shape: Shape) throws {
    pool = try DatabasePool(path: path)
    self.shape = shape
    version = try pool.writeWithoutTransaction { database in
      // GRDB sets NORMAL for a pool, under which an answered commit can be lost.
      try database.execute(sql: "PRAGMA synchronous = FULL")
      guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2,
        try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal"
      else { throw DatabaseError(message: "SQLite did not take synchronous = FULL in WAL mode") }
      return try String.fetchOne(database, sql: "SELECT sqlite_version()") ?? ""
    }
    try pool.write { database in
      switch shape {
      case .oneTable: try database.execute(sql: "CREATE TABLE current (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
      case .sameLogicalWork:
        try database.execute(
          sql: """
            CREATE TABLE current (
              key BLOB PRIMARY KEY, created INTEGER NOT NULL, modified INTEGER NOT NULL, version INTEGER NOT NULL, value BLOB NOT NULL
            ) WITHOUT ROWID;
            CREATE TABLE history (
              key BLOB NOT NULL, modified INTEGER NOT NULL, ended INTEGER NOT NULL, created INTEGER NOT NULL, version INTEGER NOT NULL,
              value BLOB NOT NULL, PRIMARY KEY (key, modified)
            ) WITHOUT ROWID;
            CREATE TABLE log (revision INTEGER PRIMARY KEY, kind INTEGER NOT NULL, previous INTEGER NOT NULL, key BLOB NOT NULL);
            CREATE TABLE time (revision INTEGER PRIMARY KEY, milliseconds INTEGER NOT NULL);
            CREATE TABLE state (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL);
            INSERT INTO state VALUES (0, 1);
            """)
      }
    }
  }

  /// One put, one commit, on the calling thread.
  public func put(_ key: Data, _ value: Data) throws {
    try pool.write { database in try put(key, value, database) }
  }

  /// One put, one commit; others wait their turn.
  public func putInTurn(_ key: Data, _ value: Data) async throws {
    try await pool.write { database in try self.put(key, value, database) }
  }

  /// Many puts, one commit.
  public func put(all pairs: [(key: [UInt8], value: [UInt8])]) throws {
    try pool.write { database in for (key, value) in pairs { try put(Data(key), Data(value), database) } }
  }

  private func put(_ key: Data, _ value: Data, _ database: Database) throws {
    guard shape == .sameLogicalWork else {
      try database.cachedStatement(
        sql: "INSERT INTO current VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
      ).execute(arguments: [key, value])
      return
    }
    let select = try database.cachedStatement(sql: "SELECT revision FROM state WHERE id = 0")
    let revision = try (Int64.fetchOne(select) ?? 1) + 1
    let previous = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT modified FROM current WHERE key = ?"), arguments: [key])
    if previous != nil {
      try database.cachedStatement(
        sql: "INSERT INTO history SELECT key, modified, ?, created, version, value FROM current WHERE key = ?"
      ).execute(arguments: [revision, key])
    }
    try database.cachedStatement(
      sql: """
        INSERT INTO current VALUES (?, ?, ?, 1, ?)
        ON CONFLICT (key) DO UPDATE SET modified = excluded.modified, version = version + 1, value = excluded.value
        """
    ).execute(arguments: [key, revision, revision, value])
    try database.cachedStatement(sql: "INSERT INTO log VALUES (?, 1, ?, ?)").execute(arguments: [revision, previous ?? 0, key])
    let milliseconds = Int64(Date().timeIntervalSince1970 * 1000)
    try database.cachedStatement(sql: "INSERT INTO time VALUES (?, ?)").execute(arguments: [revision, milliseconds])
    try database.cachedStatement(sql: "UPDATE state SET revision = ? WHERE id = 0").execute(arguments: [revision])
  }

  /// The bytes of a key's value; 0 when it is missing.
  public func get(_ key: Data) throws -> Int {
    try pool.read { database in
      let statement = try database.cachedStatement(sql: "SELECT value FROM current WHERE key = ?")
      return try Data.fetchOne(statement, arguments: [key])?.count ?? 0
    }
  }

  /// The number of keys and values read from `key` on.
  public func range(from key: Data, limit: Int) throws -> Int {
    try pool.read { database in
      let statement = try database.cachedStatement(sql: "SELECT key, value FROM current WHERE key >= ? ORDER BY key LIMIT ?")
      let rows = try Row.fetchCursor(statement, arguments: [key, limit])
      var count = 0
      while let row = try rows.next() {
        let pair: (Data, Data) = (row[0], row[1])
        count += pair.1.isEmpty ? 0 : 1
      }
      return count
    }
  }

  /// Closes the database.
  public func close() throws { try pool.close() }
}
