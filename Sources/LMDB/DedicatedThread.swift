internal import CLMDB
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// One thread of the operating system that runs closures in the order they are given, for what must stay on one thread.
///
/// Dropping it without ``stop()`` lets the thread finish what it was given and end by itself.
public final class DedicatedThread: Sendable {
  /// What the thread and its owner share.
  private final class Queue: Sendable {
    struct State {
      var jobs: [@Sendable () -> Void] = []
      var isStopping = false
      var isWaiting = false
    }

    let name: String
    let state = Mutex(State())
    let signal = ThreadSignal()

    init(name: String) {
      self.name = name
    }

    func add(_ job: @escaping @Sendable () -> Void) -> Bool {
      let (isAccepted, mustWake) = state.withLock { state -> (Bool, Bool) in
        if state.isStopping { return (false, false) }
        state.jobs.append(job)
        return (true, state.isWaiting)
      }
      if mustWake { signal.notify() }
      return isAccepted
    }

    func stop() {
      state.withLock { $0.isStopping = true }
      signal.notify()
    }

    /// The thread's life.
    func run() {
      while true {
        let seen = signal.count
        let (jobs, isOver) = state.withLock { state -> ([@Sendable () -> Void], Bool) in
          let jobs = state.jobs
          state.jobs = []
          state.isWaiting = jobs.isEmpty
          return (jobs, jobs.isEmpty && state.isStopping)
        }
        if isOver { return }
        for job in jobs { job() }
        if jobs.isEmpty { signal.wait(past: seen) }
      }
    }
  }

  /// The thread, until it is joined or left to itself.
  // Sendable because a thread's name may be used by any thread, and the lock gives it to one joiner only.
  @safe
  private struct Joinable: @unchecked Sendable {
    let thread: pthread_t
  }

  private let queue: Queue
  private let joinable: Mutex<Joinable?>
  private let identity: Joinable

  /// Starts the thread; Linux shows the first 15 bytes of its name.
  ///
  /// - Throws: the system's status when it has no more threads.
  public init(name: String) throws(LMDBError) {
    let queue = Queue(name: name)
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let argument = unsafe Unmanaged.passRetained(queue).toOpaque()
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        #if canImport(Darwin)
          let queue = unsafe Unmanaged<Queue>.fromOpaque(argument).takeRetainedValue()
        #else
          guard let argument = unsafe argument else { return nil }
          let queue = unsafe Unmanaged<Queue>.fromOpaque(argument).takeRetainedValue()
        #endif
        unsafe clmdb_name_thread(queue.name)
        queue.run()
        return nil
      }, argument)
    guard code == 0 else {
      unsafe Unmanaged<Queue>.fromOpaque(argument).release()
      throw LMDBError(LMDBStatus(rawValue: code), "start thread \(name)")
    }
    #if canImport(Darwin)
      identity = Joinable(thread: thread.unsafelyUnwrapped)
    #else
      identity = Joinable(thread: thread)
    #endif
    self.queue = queue
    joinable = Mutex(identity)
  }

  deinit {
    queue.stop()
    if let left = joinable.withLock({ $0.take() }) { pthread_detach(left.thread) }
  }

  /// Has the thread run `job` after all that it was given before; false after ``stop()``.
  @discardableResult
  public func enqueue(_ job: @escaping @Sendable () -> Void) -> Bool { queue.add(job) }

  /// Lets other threads have the calling one's processor, if any wants it.
  public static func yield() { sched_yield() }

  /// Waits until the thread has run all that it was given, and ends it. Called on the thread itself it only sees to it that it ends.
  public func stop() {
    queue.stop()
    if pthread_equal(identity.thread, pthread_self()) != 0 { return }
    if let left = joinable.withLock({ $0.take() }) { pthread_join(left.thread, nil) }
  }
}
