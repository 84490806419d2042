#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A counter that threads can sleep on: what a condition variable is for, without its lock being the caller's.
///
/// Read ``count``, look at the state that it guards, and wait for the count to move if the state is not as wished: a change between the
/// look and the wait is not missed.
// The counter is only touched with the mutex held, and both objects stay at one address for the signal's life: that makes it Sendable.
@safe
final class ThreadSignal: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var counter: UInt64 = 0

  init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    #if canImport(Darwin)
      unsafe pthread_cond_init(condition, nil)
    #else
      var attributes = pthread_condattr_t()
      unsafe pthread_condattr_init(&attributes)
      unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
      unsafe pthread_cond_init(condition, &attributes)
      unsafe pthread_condattr_destroy(&attributes)
    #endif
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// How often the signal was given.
  var count: UInt64 {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return counter
  }

  /// Wakes every thread that waits.
  func notify() {
    unsafe pthread_mutex_lock(mutex)
    counter &+= 1
    unsafe pthread_cond_broadcast(condition)
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Returns once the count differs from `seen`, or at `deadline`; nil waits without limit.
  func wait(past seen: UInt64, until deadline: Deadline? = nil) {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while counter == seen {
      guard let deadline else {
        unsafe pthread_cond_wait(condition, mutex)
        continue
      }
      if deadline.hasPassed { return }
      #if canImport(Darwin)
        var left = deadline.remaining
        unsafe pthread_cond_timedwait_relative_np(condition, mutex, &left)
      #else
        var time = deadline.time
        unsafe pthread_cond_timedwait(condition, mutex, &time)
      #endif
    }
  }
}

/// A moment of the monotonic clock.
struct Deadline {
  private let nanoseconds: Int64

  init(after duration: Duration) {
    // Ten years is as good as for ever and cannot overflow.
    let seconds = min(max(duration.components.seconds, 0), 315_360_000)
    nanoseconds = Self.now + seconds * 1_000_000_000 + max(duration.components.attoseconds, 0) / 1_000_000_000
  }

  var hasPassed: Bool { Self.now >= nanoseconds }

  var time: timespec { timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000)) }

  var remaining: timespec {
    let left = max(nanoseconds - Self.now, 0)
    return timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
  }

  private static var now: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
