#if Network
  internal import MVCC
  internal import PrometheusText

  /// The page /metrics in Prometheus' text format. Names are etcd's where the meaning is the same, so that its dashboards work.
  struct MetricsPage {
    private var page = PrometheusPage()

    /// The page.
    var text: String { page.text }

    init(_ core: ServerCore) {
      core.metrics.makeCounters()
      core.metrics.registry.write(to: &page)
      addMember(core)
      if let statistics = try? core.store.statistics() { add(statistics) }
      let slow = max(0, Int(core.metrics.registry.gauge("etcd_debugging_mvcc_watcher_total").value) - core.watches.memberCount)
      page.add("etcd_debugging_mvcc_slow_watcher_total", .gauge, "Watches that are behind and read the log.", slow)
      ProcessMetrics.read()?.add(to: &page)
    }

    private mutating func addMember(_ core: ServerCore) {
      let member = String(core.identity.member, radix: 16)
      let version = EtcdServer.etcdVersion
      page.add("etcd_server_has_leader", .gauge, "Whether there is a leader: the only member.", 1)
      page.add("etcd_server_is_leader", .gauge, "Whether this member leads.", 1)
      page.add("etcd_server_is_learner", .gauge, "Whether this member learns.", 0)
      page.add("etcd_server_leader_changes_seen_total", .counter, "Leaders seen: the only member.", 1)
      page.add("etcd_server_version", .gauge, "The version of etcd that is answered for.", 1, labels: ["server_version": version])
      page.add("etcd_cluster_version", .gauge, "The same for the cluster.", 1, labels: ["cluster_version": EtcdServer.clusterVersion])
      page.add("etcd_server_id", .gauge, "The member.", 1, labels: ["server_id": member])
    }

    private mutating func add(_ statistics: StoreStatistics) {
      let revision = Int(statistics.revision.rawValue)
      page.add(
        "etcd_server_quota_backend_bytes", .gauge, "The most bytes that the store may use; 0 for no limit.", statistics.quotaBytes ?? 0)
      page.add("etcd_server_proposals_committed_total", .gauge, "The newest revision, as raftIndex in Status.", revision)
      page.add("etcd_server_proposals_applied_total", .gauge, "The same, as raftAppliedIndex.", revision)
      page.add("etcd_mvcc_db_total_size_in_bytes", .gauge, "Bytes of the data file.", statistics.fileBytes)
      page.add("etcd_mvcc_db_total_size_in_use_in_bytes", .gauge, "Bytes of it that hold data.", statistics.usedBytes)
      page.add("etcd_debugging_mvcc_current_revision", .gauge, "The newest revision.", revision)
      let compacted = Int(statistics.compactRevision.rawValue)
      page.add("etcd_debugging_mvcc_compact_revision", .gauge, "The oldest readable revision.", compacted)
      page.add("etcd_debugging_mvcc_keys_total", .gauge, "Live keys.", statistics.keyCount)
      page.add("isdb_history_versions", .gauge, "Superseded versions that are kept.", statistics.historyCount)
      page.add("isdb_log_changes", .gauge, "Changes in the log.", statistics.logCount)
      page.add("isdb_readers", .gauge, "Slots of readers in use, of all processes.", statistics.readerCount)
      for kind in Alarm.Kind.allCases {
        let isRaised = statistics.alarms.contains { $0.kind == kind }
        page.add("isdb_alarm", .gauge, "Whether an alarm is raised.", isRaised ? 1 : 0, labels: ["kind": kind.rawValue])
      }
    }
  }
#endif
