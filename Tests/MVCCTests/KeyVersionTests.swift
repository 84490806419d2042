import MVCC
import TestSupport
import Testing

@Suite struct KeyVersionTests {
  private func versions(_ store: RevisionStore, at point: ReadPoint = .latest) throws -> [String] {
    try store.read(at: point) { view in
      var found: [String] = []
      try view.forEachVersion(in: .prefix(bytes("a"))) { version in
        let text = "\(version.keyValue.keyText)=\(String(decoding: version.keyValue.value, as: UTF8.self))"
        found.append("\(text) \(version.keyValue.modRevision)-\(version.end.map { "\($0)" } ?? "")")
        return true
      }
      return found
    }
  }

  @Test func `every version of a range is told with the revision that ended it, also of keys that are gone`() async throws {
    try await withStore { store in
      try await store.write { try $0.put(bytes("a"), bytes("1")) }
      try await store.write { view in
        try view.put(bytes("a"), bytes("2"))
        try view.put(bytes("ab"), bytes("x"))
        try view.put(bytes("b"), bytes("other"))
      }
      try await store.write { view in _ = try view.delete(bytes("ab")) }
      #expect(try versions(store) == ["a=1 2-3", "ab=x 3-4", "a=2 3-"])
      #expect(try versions(store, at: .revision(2)) == ["a=1 2-3"])
      _ = try await store.compact(to: 4)
      #expect(try versions(store) == ["a=2 3-"])
    }
  }
}
