#if Network
  import CoreMetrics
  import Testing

  @testable import PrometheusText

  @Suite struct RegistryTests {
    private func page(_ registry: PrometheusRegistry) -> String {
      var page = PrometheusPage()
      registry.write(to: &page)
      return page.text
    }

    @Test func `counters, gauges and histograms of swift-metrics come out in Prometheus' text format`() {
      let registry = PrometheusRegistry()
      registry.describe("calls_total", "Calls.")
      registry.describe("open", "Open.")
      registry.describe("seconds_total", "Seconds.")
      registry.describe("time_seconds", "Time.", buckets: [0.1, 1])
      Counter(label: "calls_total", dimensions: [("method", "Put"), ("code", "OK")], factory: registry).increment(by: 3)
      Counter(label: "calls_total", dimensions: [("code", "OK"), ("method", "Get")], factory: registry).increment()
      let open = Meter(label: "open", factory: registry)
      open.increment(by: 2.5)
      open.decrement()
      let time = Timer(label: "time_seconds", dimensions: [("method", "Put")], factory: registry)
      for milliseconds in [50, 100, 101, 5000] { time.recordMilliseconds(milliseconds) }
      registry.makeFloatingPointCounter(label: "seconds_total", dimensions: []).increment(by: 0.25)
      let text = """
        # HELP calls_total Calls.
        # TYPE calls_total counter
        calls_total{code="OK",method="Get"} 1
        calls_total{code="OK",method="Put"} 3
        # HELP open Open.
        # TYPE open gauge
        open 1.5
        # HELP seconds_total Seconds.
        # TYPE seconds_total counter
        seconds_total 0.25
        # HELP time_seconds Time.
        # TYPE time_seconds histogram
        time_seconds_bucket{method="Put",le="0.1"} 2
        time_seconds_bucket{method="Put",le="1"} 3
        time_seconds_bucket{method="Put",le="+Inf"} 4
        time_seconds_sum{method="Put"} 5.251
        time_seconds_count{method="Put"} 4

        """
      #expect(page(registry) == text)
    }

    @Test func `the same metric made twice is one, and a name that is taken by another kind is not shown twice`() {
      let registry = PrometheusRegistry()
      for _ in 0..<2 { Counter(label: "a", dimensions: [("b", "c")], factory: registry).increment() }
      Meter(label: "a", factory: registry).set(7)
      #expect(page(registry) == "# HELP a \n# TYPE a counter\na{b=\"c\"} 2\n")
    }

    @Test func `names are made fit and values of labels are escaped`() {
      let registry = PrometheusRegistry()
      Gauge(label: "http.server-size", dimensions: [("path.name", "a\"b\\c\nd"), ("ä", "ä")], factory: registry).record(Double.infinity)
      Gauge(label: "1st", factory: registry).record(-0.5)
      let lines = page(registry).split(separator: "\n").filter { !$0.hasPrefix("#") }
      #expect(lines == ["_1st -0.5", #"http_server_size{path_name="a\"b\\c\nd",__="ä"} +Inf"#])
    }

    @Test func `what several threads count at once is all there`() async {
      let registry = PrometheusRegistry()
      registry.describe("h", "", buckets: [1])
      let counter = Counter(label: "c", factory: registry)
      let meter = Meter(label: "m", factory: registry)
      let recorder = Recorder(label: "h", factory: registry)
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            for _ in 0..<10_000 {
              counter.increment()
              meter.increment()
              recorder.record(0.5)
            }
          }
        }
      }
      let lines = page(registry).split(separator: "\n").filter { !$0.hasPrefix("#") }
      #expect(lines == ["c 40000", "h_bucket{le=\"1\"} 40000", "h_bucket{le=\"+Inf\"} 40000", "h_sum 20000", "h_count 40000", "m 40000"])
    }
  }
#endif
