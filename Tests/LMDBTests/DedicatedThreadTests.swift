import LMDB
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct DedicatedThreadTests {
  @Test func `what is given runs in order, on one thread, all of it before stop returns`() throws {
    let thread = try DedicatedThread(name: "a name that is longer than Linux keeps")
    let order = Mutex<[Int]>([])
    let threads = Mutex<Set<UInt>>([])
    for number in 0..<1000 {
      thread.enqueue {
        order.withLock { $0.append(number) }
        threads.withLock { _ = $0.insert(Self.threadID()) }
      }
    }
    thread.stop()
    #expect(order.withLock { $0 } == Array(0..<1000))
    #expect(threads.withLock { $0.count } == 1)
    #expect(threads.withLock { !$0.contains(Self.threadID()) })
  }

  @Test func `nothing is taken after stop, and stopping again is fine`() throws {
    let thread = try DedicatedThread(name: "test")
    thread.stop()
    thread.stop()
    #expect(!thread.enqueue { Issue.record("ran after stop") })
  }

  @Test func `stopping on the thread itself does not wait for itself`() async throws {
    let thread = try DedicatedThread(name: "test")
    await withCheckedContinuation { continuation in
      thread.enqueue {
        thread.stop()
        continuation.resume()
      }
    }
    thread.stop()
  }

  @Test func `dropping the thread lets it finish`() async throws {
    for _ in 0..<50 {
      await withCheckedContinuation { continuation in
        // Left to itself at once.
        guard let thread = try? DedicatedThread(name: "test") else { return continuation.resume() }
        thread.enqueue { continuation.resume() }
      }
    }
  }

  @Test func `many callers at once lose nothing, whether the thread sleeps or not`() async throws {
    let thread = try DedicatedThread(name: "test")
    let count = Count()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<200 {
            await withCheckedContinuation { continuation in
              thread.enqueue {
                count.increment()
                continuation.resume()
              }
            }
          }
        }
      }
    }
    thread.stop()
    #expect(count.value == 1600)
  }

  private static func threadID() -> UInt {
    #if canImport(Glibc)
      UInt(pthread_self())
    #else
      unsafe UInt(bitPattern: pthread_self())
    #endif
  }
}

private final class Count: Sendable {
  private let number = Atomic<Int>(0)

  var value: Int { number.load(ordering: .sequentiallyConsistent) }

  func increment() { number.wrappingAdd(1, ordering: .sequentiallyConsistent) }
}
