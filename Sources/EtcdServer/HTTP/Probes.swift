#if Network
  internal import CoreMetrics
  internal import GRPCTransport
  internal import MVCC
  internal import PrometheusText

  /// What etcd answers to plain requests on the port of its clients.
  struct Probes: Sendable {
    let core: ServerCore

    func answer(_ request: HTTPRequest) async -> HTTPAnswer {
      guard request.method == "GET" || request.method == "HEAD" else { return HTTPAnswer(405, "Method Not Allowed\n") }
      switch request.path {
      case "/health": return health(request)
      case "/livez": return checks(request, [("serializable_read", { _ = try core.store.revision() })])
      case "/readyz":
        return checks(
          request,
          [
            ("data_corruption", { try requireNoAlarm(.corrupt) }), ("serializable_read", { _ = try core.store.revision() }),
            ("linearizable_read", { _ = try core.store.range(RangeRequest(RangeQuery(.key(Array("health".utf8))))) }),
          ])
      case "/version":
        return HTTPAnswer(
          200, #"{"etcdserver":"\#(EtcdServer.etcdVersion)","etcdcluster":"3.6.0","storage":"3.6.0"}"#, contentType: "application/json")
      case "/metrics": return HTTPAnswer(200, MetricsPage(core).text, contentType: PrometheusPage.contentType)
      default: return HTTPAnswer(404, "404 page not found\n")
      }
    }

    private func health(_ request: HTTPRequest) -> HTTPAnswer {
      let excluded = request.parameters("exclude")
      var reason = ""
      do {
        for alarm in try core.store.alarms() where !excluded.contains(alarm.kind.rawValue) { reason = "ALARM \(alarm.kind.rawValue)" }
        if reason.isEmpty { _ = try core.store.range(RangeRequest(RangeQuery(.key(Array("health".utf8))))) }
      } catch {
        reason = "RANGE ERROR:\(GRPCStatus(error).message)"
      }
      if reason.isEmpty { core.metrics.healthSuccesses.increment() } else { core.metrics.healthFailures.increment() }
      let body = #"{"health":"\#(reason.isEmpty)","reason":"\#(reason.replacing("\"", with: "'"))"}"#
      return HTTPAnswer(reason.isEmpty ? 200 : 503, body, contentType: "application/json")
    }

    private func requireNoAlarm(_ kind: Alarm.Kind) throws {
      guard try !core.store.alarms().contains(where: { $0.kind == kind }) else {
        throw GRPCStatus(.dataLoss, "alarm activated: \(kind.rawValue)")
      }
    }

    private func checks(_ request: HTTPRequest, _ checks: [(name: String, run: () throws -> Void)]) -> HTTPAnswer {
      var lines: [String] = []
      var isGood = true
      for check in checks where !request.parameters("exclude").contains(check.name) {
        do {
          try check.run()
          lines.append("[+]\(check.name) ok")
        } catch {
          isGood = false
          lines.append("[-]\(check.name) failed: \(GRPCStatus(error).message)")
        }
      }
      if isGood, !request.hasParameter("verbose") { return HTTPAnswer(200, "ok\n") }
      return HTTPAnswer(isGood ? 200 : 503, lines.joined(separator: "\n") + "\n" + (isGood ? "ok\n" : "not ok\n"))
    }
  }
#endif
