#if Network
  internal import CoreMetrics
  internal import EtcdAPI
  internal import GRPCTransport
  internal import MVCC
  internal import SwiftProtobuf
  internal import Synchronization

  /// What all services share.
  final class ServerCore: Sendable {
    let store: RevisionStore
    let identity: ServerIdentity
    let configuration: EtcdServerConfiguration
    let watches: WatchHub
    let metrics: ServerMetrics

    /// What the server listens on, which the system chooses where the configuration says 0.
    let port: Atomic<Int>

    init(_ store: RevisionStore, _ configuration: EtcdServerConfiguration, metrics application: (any MetricsFactory)? = nil) throws {
      self.store = store
      self.configuration = configuration
      port = Atomic(configuration.port)
      identity = try ServerIdentity(store)
      watches = WatchHub(store)
      metrics = ServerMetrics(level: configuration.metricsLevel, application: application)
    }

    /// Where members are said to be reached.
    var clientURLs: [String] { configuration.clientURLs(port: port.load(ordering: .relaxed)) }

    func header(_ revision: Revision) -> EtcdResponseHeader {
      .with {
        $0.clusterID = identity.cluster
        $0.memberID = identity.member
        $0.revision = revision.rawValue
        $0.raftTerm = ServerIdentity.term
      }
    }

    /// The header of an answer that is about no revision in particular.
    func header() throws -> EtcdResponseHeader { header(try store.revision()) }
  }
#endif
