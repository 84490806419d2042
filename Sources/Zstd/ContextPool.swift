internal import CZstd
internal import Synchronization

/// Contexts for reuse: making one allocates hundreds of kilobytes.
@safe
struct ContextPool: ~Copyable {
  /// A context of zstd, for one thread at a time.
  // Sendable so that the pool's lock can hand it from one thread to the next; whoever took it uses it alone.
  @safe
  struct Context: @unchecked Sendable {
    let raw: OpaquePointer
  }

  static let compression = unsafe ContextPool { unsafe ZSTD_createCCtx() }
  static let decompression = unsafe ContextPool { unsafe ZSTD_createDCtx() }

  /// Contexts kept at most; more threads than this at once make and free their own. A level-3 context of small frames is about 0.5 MB.
  private static let maximumIdle = 16

  private let idle = Mutex<[Context]>([])
  private let make: @Sendable () -> OpaquePointer?

  private init(_ make: @escaping @Sendable () -> OpaquePointer?) {
    unsafe self.make = make
  }

  func take() throws(ZstdError) -> Context {
    if let context = idle.withLock({ $0.popLast() }) { return context }
    guard let raw = unsafe make() else { throw ZstdError(.outOfMemory, "cannot make a zstd context: memory is short") }
    return unsafe Context(raw: raw)
  }

  /// False: there are enough, and the caller frees it.
  func give(_ context: Context) -> Bool {
    idle.withLock { idle in
      if idle.count == Self.maximumIdle { return false }
      idle.append(context)
      return true
    }
  }
}
