#if Network
  /// etcd's service Watch.
  struct WatchService {
    let core: ServerCore

    func add(to table: inout ServiceTable) {
      let core = core
      table.stream("/etcdserverpb.Watch/Watch") { call in WatchSession(core, call) }
    }
  }
#endif
