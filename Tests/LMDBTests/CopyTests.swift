import LMDB
import Testing

struct CopyTests {
  @Test(arguments: [false, true])
  func `a copy has every row, and opens`(compacting: Bool) async throws {
    let directory = try TemporaryDirectory()
    try await withEnvironment { environment in
      for number in 0..<200 { try environment.put("k\(number)", String(repeating: "v", count: 3000)) }
      for number in 0..<100 {
        var transaction = try environment.makeWriteTransaction()
        _ = try transaction.delete(bytes("k\(number)").span, in: environment.a)
        try transaction.commit()
      }
      let path = directory.appending("copy")
      try environment.copy(toDirectory: path, compacting: compacting)
      #expect(try FileSystem.contents(ofDirectory: path) == ["data.mdb"])
      #expect(try FileSystem.contents(ofDirectory: directory.path) == ["copy"])
      let copy = try Environment.open(at: path, tables: tableNames)
      #expect(try copy.makeReadTransaction().rows() == environment.makeReadTransaction().rows())
      #expect(try copy.get("k150") == String(repeating: "v", count: 3000))
      let (original, copied) = (try environment.information, try copy.information)
      #expect(compacting ? copied.fileBytes < original.fileBytes * 2 / 3 : copied.fileBytes == original.fileBytes)
      #expect(try copy.makeReadTransaction().id == (compacting ? 1 : environment.makeReadTransaction().id))
    }
  }

  @Test func `a copy takes an empty directory's place and no other's`() async throws {
    let directory = try TemporaryDirectory()
    try await withEnvironment { environment in
      let path = directory.appending("copy")
      try FileSystem.createDirectory(at: path)
      try environment.copy(toDirectory: path + "/")
      #expect(status { try environment.copy(toDirectory: path) } == .exists)
      #expect(status { try environment.copy(toDirectory: environment.path) } == .exists)
      #expect(status { try environment.copy(toDirectory: directory.appending("no/such")) } == .noSuchFile)
      #expect(try FileSystem.contents(ofDirectory: directory.path) == ["copy"])
    }
  }

  @Test func `a copy made while a writer goes on is one commit whole`() async throws {
    let directory = try TemporaryDirectory()
    try await withEnvironment { environment in
      let isOver = Flag()
      try environment.put("x", "start")
      try environment.put("y", "start")
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          var number = 0
          while !isOver.isSet {
            number += 1
            let value = bytes("\(number)" + String(repeating: ".", count: number % 5000))
            var transaction = try environment.makeWriteTransaction()
            for key in ["x", "y"] { try transaction.put(value.span, for: bytes(key).span, in: environment.a) }
            try transaction.commit()
          }
        }
        group.addTask {
          defer { isOver.set() }
          for number in 0..<20 {
            let path = directory.appending("copy\(number)")
            try environment.copy(toDirectory: path, compacting: number % 2 == 0)
            let copy = try Environment.open(at: path, tables: tableNames, options: .init(isReadOnly: true))
            #expect(try copy.get("x") == copy.get("y"))
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
