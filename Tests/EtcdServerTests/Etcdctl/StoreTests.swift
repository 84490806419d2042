#if Network
  import EtcdServer
  import Foundation
  import MVCC
  import TestSupport
  import Testing

  /// etcdctl on a store, where what it says is the store's own: sizes, hashes, snapshots and the keys of images.
  @Suite(.serialized) struct StoreTests {
    @Test(arguments: EtcdRelease.all)
    func `a member says that it leads, how large it is and what its keys hash to`(_ release: EtcdRelease) async throws {
      try release.requirePrograms()
      try await withServer { (server, store) async throws in
        let etcdctl = Etcdctl(release, port: server.port)
        try await etcdctl("put", "a", "1")
        let status = try await etcdctl("endpoint", "status").output.split(separator: ", ").map(String.init)
        #expect(status.count >= 9, "\(status)")
        #expect(status[2] == EtcdServer.etcdVersion)
        #expect(status[4] == "true")
        let first = try await etcdctl("endpoint", "hashkv").output
        try await etcdctl("put", "a", "2")
        #expect(try await etcdctl("endpoint", "hashkv").output != first)
        #expect(try await etcdctl("endpoint", "hashkv", "--rev=2").output == first)
        #expect(try await etcdctl("member", "list").output.contains(", started, default, "))
        try await store.raiseAlarm(.noSpace)
        #expect(try await etcdctl("alarm", "list").output.hasSuffix("alarm:NOSPACE \n"))
        #expect(try await etcdctl("put", "b", "1").error.contains("etcdserver: mvcc: database space exceeded"))
        #expect(try await etcdctl("alarm", "disarm").output.contains("alarm:NOSPACE"))
        #expect(try await etcdctl("put", "b", "1").output == "OK\n")
      }
    }

    @Test(arguments: EtcdRelease.all)
    func `a saved snapshot is restored with every revision`(_ release: EtcdRelease) async throws {
      try release.requirePrograms()
      let directory = try TemporaryDirectory()
      try await withServer { (server, store) async throws in
        let etcdctl = Etcdctl(release, port: server.port)
        for index in 0..<100 { try await store.put(Array("key \(index % 10)".utf8), Array("value \(index)".utf8)) }
        let file = directory.appending("snapshot")
        let saved = try await etcdctl("snapshot", "save", file)
        #expect(saved.status == 0, "\(saved.error)")
        let summary = try RevisionStore.restore(from: file, to: directory.appending("restored"))
        #expect(try summary.revision == store.revision())
        try await withStore(at: directory.appending("restored")) { restored in
          for revision in [Revision(2), 50, summary.revision] {
            let query = RangeQuery(.all)
            let (mine, theirs) = (
              try restored.range(RangeRequest(query, revision: revision)), try store.range(RangeRequest(query, revision: revision))
            )
            #expect(mine == theirs)
          }
        }
        var damaged = try Data(contentsOf: URL(fileURLWithPath: file))
        damaged[damaged.count - 1] ^= 1
        try damaged.write(to: URL(fileURLWithPath: file))
        #expect(throws: StoreError.self) { try RevisionStore.restore(from: file, to: directory.appending("other")) }
      }
    }

    @Test(arguments: EtcdRelease.all)
    func `the keys of image streams are read and not written`(_ release: EtcdRelease) async throws {
      try release.requirePrograms()
      try await withServer { (server, store) async throws in
        let etcdctl = Etcdctl(release, port: server.port)
        #expect(try await etcdctl("del", "", "--from-key").output == "0\n")
        try await store.put(Array("isdb/tags/shop/web:latest".utf8), Array("x".utf8))
        #expect(try await etcdctl("get", "isdb/", "--prefix", "--print-value-only").output == "x\n")
        for arguments in [
          ["put", "isdb/x", "1"], ["del", "", "--from-key"], ["del", "isdb/tags/shop/web:latest"], ["del", "isd", "isdb0"],
        ] {
          let run = try await etcdctl.run(arguments)
          #expect(run.error.contains("etcdserver: permission denied"), "\(arguments)")
        }
        let transaction = try await etcdctl("txn", input: "\nput free 1\ndel isdb/ --prefix\n\n\n")
        #expect(transaction.error.contains("etcdserver: permission denied"))
        #expect(try await etcdctl("get", "", "--from-key", "--keys-only").output == "isdb/tags/shop/web:latest\n\n")
        #expect(try await etcdctl("put", "isdc", "1").output == "OK\n")
        #expect(try await etcdctl("del", "isdb0", "isdz").output == "1\n")
      }
      var open = EtcdServerConfiguration()
      open.allowsImageWrites = true
      try await withServer(open) { (server, _) async throws in
        #expect(try await Etcdctl(release, port: server.port)("put", "isdb/x", "1").output == "OK\n")
      }
    }
  }
#endif
