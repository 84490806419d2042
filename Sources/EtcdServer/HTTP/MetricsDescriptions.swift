#if Network
  internal import PrometheusText

  extension PrometheusRegistry {
    /// Says what the server's counts mean; buckets are etcd's.
    func describeServer() {
      func doubling(_ first: Double, _ count: Int) -> [Double] { (0..<count).map { first * Double(1 << $0) } }
      describe("etcd_debugging_mvcc_watcher_total", "Watches that are open.")
      describe("etcd_debugging_mvcc_watch_stream_total", "Streams of watches that are open.")
      describe("etcd_debugging_mvcc_events_total", "Events sent to watches.")
      describe("etcd_mvcc_range_total", "Ranges read, those in transactions too.")
      describe("etcd_debugging_mvcc_range_total", "The same as etcd_mvcc_range_total.")
      describe("etcd_mvcc_put_total", "Puts done, those in transactions too.")
      describe("etcd_mvcc_delete_total", "Deletions of keys or ranges done, those in transactions too.")
      describe("etcd_mvcc_txn_total", "Transactions of more than one operation.")
      describe("etcd_debugging_lease_granted_total", "Leases granted by this server.")
      describe("etcd_debugging_lease_renewed_total", "Renewals of leases by this server.")
      describe("etcd_debugging_lease_revoked_total", "Leases revoked by this server.")
      describe("etcd_debugging_lease_ttl_total", "Seconds that leases were granted for.", buckets: doubling(1, 24))
      describe("etcd_server_health_success", "Requests of /health that found the server well.")
      describe("etcd_server_health_failures", "Requests of /health that did not.")
      describe("etcd_mvcc_hash_duration_seconds", "How long the rpc Hash took.", buckets: doubling(0.01, 15))
      describe("etcd_mvcc_hash_rev_duration_seconds", "How long the rpc HashKV took.", buckets: doubling(0.01, 15))
      describe("etcd_disk_backend_defrag_duration_seconds", "How long rewriting the data file took.", buckets: doubling(0.1, 13))
      describe("etcd_disk_defrag_inflight", "Rewritings of the data file under way.")
      describe("etcd_disk_backend_snapshot_duration_seconds", "How long making and sending a snapshot took.", buckets: doubling(0.01, 17))
      describe("etcd_network_client_grpc_received_bytes_total", "Bytes of messages from clients, before they were compressed.")
      describe("etcd_network_client_grpc_sent_bytes_total", "Bytes of messages to clients, before they were compressed.")
      describe("grpc_server_started_total", "Calls that began.")
      describe("grpc_server_handled_total", "Calls that ended, by how.")
      describe("grpc_server_msg_received_total", "Messages from clients.")
      describe("grpc_server_msg_sent_total", "Messages to clients.")
      describe("grpc_server_handling_seconds", "How long calls took.")
    }
  }
#endif
