#if Network
  import TestSupport
  import Testing

  /// The same commands of etcdctl, one after the other, on a real etcd of its release and on a store that is served: every line has to be equal.
  @Suite(.serialized) struct KeyComparisonTests {
    @Test(arguments: EtcdRelease.all)
    func `keys are put, read and deleted as in etcd, with every flag`(_ release: EtcdRelease) async throws {
      let sorts = ["CREATE", "KEY", "MODIFY", "VALUE", "VERSION"].flatMap { by in
        ["ASCEND", "DESCEND"].map { Step("get a --prefix --sort-by=\(by) --order=\($0)") }
      }
      try await compare(
        release,
        [
          "get missing", "put a1 one", "put a2 two", "put a3 three", "put a2 zwei", "put b other", "put a1 uno --prev-kv", "get a1",
          "get a --prefix", "get a1 a3", "get a2 --from-key", "get '' --prefix", "get '' --from-key", "get a --prefix --limit=2",
          "get a --prefix --keys-only", "get a --prefix --count-only", "get a --prefix --count-only -w fields",
          "get a1 --print-value-only", "get a --prefix --print-value-only", "get a --prefix --rev=3", "get a --prefix --rev=-3",
          "get a --prefix --limit=-1", "get a1 --rev=999", "get a1 --consistency=s", "get a1 --consistency=l", "get a1 --hex",
          "get a --prefix --order=DESCEND", "get a --prefix --sort-by=MODIFY", "get a --prefix --sort-by=VERSION --limit=2",
          "get a3 a1", "get a1 a1", Step("put from-input", input: "what it reads"), "get from-input", "put -- -dash value", "get -- -dash",
          "put c v --ignore-value", "put c --ignore-value", "put a1 --ignore-value", "put a1 --ignore-lease x", "put a1 --ignore-lease",
          "put '' x", "put a1 ''", "get a1 -w json", "del a1", "del a1", "del a2 --prev-kv", "del a --prefix --prev-kv", "del b c",
          "del b --from-key", "del b --from-key --prev-kv", "del '' --prefix", "get '' --prefix -w json", "put k1 5", "put k2 4",
        ] + sorts)
    }

    @Test(arguments: EtcdRelease.all)
    func `answers are equal in every form that etcdctl writes`(_ release: EtcdRelease) async throws {
      let forms = ["json", "fields", "protobuf", "table"].flatMap { (form: String) -> [Step] in
        let commands = [
          "put k one", "put k two --prev-kv", "put l three", "get k", "get k --prefix --keys-only", "get '' --prefix --limit=1",
          "get '' --prefix --rev=2 --sort-by=MODIFY --order=DESCEND", "get none", "del k --prev-kv", "del none",
        ]
        let transaction = Step("txn -w \(form)", input: "mod(\"l\") > \"0\"\n\nput t x\nget l\ndel t2\n\n\n")
        return commands.map { Step("\($0) -w \(form)") } + [transaction, "put k three"]
      }
      try await compare(release, forms)
    }

    @Test(arguments: EtcdRelease.all)
    func `transactions compare and branch as in etcd`(_ release: EtcdRelease) async throws {
      try await compare(
        release,
        [
          Step("txn", input: "\nput x 1\nput y 2\n\n\n"), "get '' --prefix -w json",
          Step("txn", input: "value(\"x\") = \"1\"\nversion(\"y\") > \"0\"\n\nput x 2\nget y\n\nput z 1\n\n"),
          Step("txn", input: "value(\"x\") = \"1\"\n\nput x 3\n\nget x\ndel y\n\n"),
          Step("txn -w json", input: "create(\"x\") = \"2\"\nmod(\"x\") < \"99\"\n\nget x\n\n\n"),
          Step("txn", input: "create(\"new\") = \"0\"\n\nput new 1\n\nput new 2\n\n"),
          Step("txn", input: "mod(\"x\") > \"0\"\n\nget x --prefix --keys-only\nput x 4 --prev-kv\ndel x9 --prev-kv\n\n\n"),
          Step("txn", input: "\nput d 1\nput d 2\n\n\n"), Step("txn", input: "\ndel '' --prefix\n\n\n"), "get '' --prefix -w json",
          Step("txn", input: "value(\"nokey\") != \"1\"\n\nput n 1\n\nput n 2\n\n"),
          Step("txn", input: "val(\"x\") = \"1\"\n\nput x 3\n\n\n"),
          Step("txn", input: "\nput '' 1\n\n\n"), Step("txn", input: "\nput x 1 --lease=99\n\n\n"), Step("txn", input: "\n\n\n"),
          Step("txn", input: "mod(\"x\") > \"3\"\n\nget x --rev=999\n\n\n"), Step("txn", input: "\nget x --limit=1 --order=DESCEND\n\n\n"),
          Step("txn -i", input: "version(\"x\") > \"0\"\n\nput x \"5 6\"\n\nget x\n\n"), "get x",
          Step("--hex txn", input: "\nget x\n\n\n"),
        ])
    }

    @Test(arguments: EtcdRelease.all)
    func `leases are granted, told of, kept alive and revoked as in etcd`(_ release: EtcdRelease) async throws {
      try await compare(
        release,
        [
          "lease grant 100", "put k1 v --lease=@", "lease timetolive @", "lease timetolive @ --keys", "lease timetolive @ --keys -w json",
          "lease timetolive @ -w fields", "put k2 v --lease=@", "lease list", "lease list -w json", "lease list -w fields",
          "lease keep-alive --once @", "lease keep-alive --once @ -w json", .going("lease keep-alive @", .lines(1)), "get k1 -w fields",
          "put k1 again", "put k2 same --ignore-lease", "get k --prefix -w json", "lease revoke @", "lease revoke @",
          "lease timetolive @", "lease timetolive @ --keys", "lease keep-alive --once @", "lease keep-alive @", "get k --prefix -w json",
          "lease list", "put k3 v --lease=123", "put k3 v --lease=xyz", "lease grant 1", "lease grant 0", "lease grant x",
          "lease grant 9000000001", "lease revoke 7", "lease revoke xyz", "lease timetolive 7 -w json", "lease grant 50 -w json",
        ])
    }
  }
#endif
