internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// How many times this process descends from a `fork` made after the module was first used.
///
/// An environment is good only in the process that opened it (lmdb.h, "Caveats"). Asking the kernel for the process id costs a system
/// call on every read, so a handler that runs in each child counts instead.
enum ForkGeneration {
  private static let generation = Atomic<Int>(0)

  private static let registration: Int32 = pthread_atfork(nil, nil) { _ = ForkGeneration.generation.wrappingAdd(1, ordering: .relaxed) }

  /// The number for this process.
  static var current: Int { generation.load(ordering: .relaxed) }

  /// Sees to it that children count. Called before the first environment is opened.
  static func watch() -> Int {
    _ = registration
    return current
  }
}
