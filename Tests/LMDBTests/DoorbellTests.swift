import CDoorbell
import LMDB
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct DoorbellTests {
  private func withDoorbells(_ body: (_ first: Int32, _ second: Int32, _ path: String) async throws -> Void) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("doorbell")
    try FileSystem.writeFile(at: path, bytes("").span)
    let first = Posix.withDescriptor(of: path) { cdoorbell_map($0) }
    let second = Posix.withDescriptor(of: path) { cdoorbell_map($0) }
    try #require(first >= 0 && second >= 0 && first != second)
    try await body(first, second, path)
    cdoorbell_unmap(first)
    cdoorbell_unmap(second)
  }

  @Test func `a ring is counted in every map of the file and wakes who sleeps`() async throws {
    try await withDoorbells { first, second, path in
      #expect(try FileSystem.byteCount(of: path) == 4096)
      let seen = cdoorbell_word(first)
      #expect(cdoorbell_wait(first, seen, 1_000_000) == 1)
      cdoorbell_ring(second)
      #expect(cdoorbell_word(first) == seen + 1)
      #expect(cdoorbell_wait(first, seen, -1) == 0)

      let sleeper = try DedicatedThread(name: "sleeper")
      let isAwake = Flag()
      sleeper.enqueue {
        let seen = cdoorbell_word(first)
        while cdoorbell_word(first) == seen { _ = cdoorbell_wait(first, seen, -1) }
        isAwake.set()
      }
      while !isAwake.isSet { cdoorbell_ring(second) }
      sleeper.stop()
    }
  }

  @Test func `another process's ring wakes this one`() async throws {
    try await withDoorbells { first, _, path in
      let seen = cdoorbell_word(first)
      let sleeper = try DedicatedThread(name: "sleeper")
      sleeper.enqueue { while cdoorbell_word(first) == seen { _ = cdoorbell_wait(first, seen, -1) } }
      await #expect(processExitsWith: .success) { [path = path as String] in
        let doorbell = Posix.withDescriptor(of: path) { cdoorbell_map($0) }
        #expect(doorbell >= 0)
        cdoorbell_ring(doorbell)
      }
      sleeper.stop()
      #expect(cdoorbell_word(first) == seen + 1)
    }
  }

  @Test func `giving a handle back wakes who sleeps on it, and then it is dead`() async throws {
    try await withDoorbells { first, second, _ in
      let sleeper = try DedicatedThread(name: "sleeper")
      let isAsleep = Flag()
      sleeper.enqueue {
        let seen = cdoorbell_word(first)
        isAsleep.set()
        _ = cdoorbell_wait(first, seen, -1)
      }
      while !isAsleep.isSet {}
      cdoorbell_unmap(first)
      sleeper.stop()
      cdoorbell_unmap(first)
      cdoorbell_ring(first)
      #expect(cdoorbell_word(first) == 0)
      #expect(cdoorbell_wait(first, 0, -1) == 1)
      cdoorbell_ring(second)
    }
  }

  @Test func `impossible descriptors and handles are refused`() {
    #expect(cdoorbell_map(-1) == -EBADF)
    for handle in [-1, 1024, Int32.max, Int32.min] {
      cdoorbell_ring(handle)
      cdoorbell_unmap(handle)
      #expect(cdoorbell_word(handle) == 0)
      #expect(cdoorbell_wait(handle, 0, -1) == 1)
    }
  }

  @Test func `handles are used again`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("doorbell")
    try FileSystem.writeFile(at: path, bytes("").span)
    for _ in 0..<3000 {
      let handle = Posix.withDescriptor(of: path) { cdoorbell_map($0) }
      #expect(handle >= 0)
      cdoorbell_unmap(handle)
    }
  }
}
