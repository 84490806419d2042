#if Network
  package import CoreMetrics
  internal import Synchronization

  // Invariants:
  //   a name has one kind, and a series of it is there once under its labels
  //   a series stays once it was made, as counts must not go back

  /// Keeps metrics of swift-metrics in memory, for a page in Prometheus' text format.
  ///
  /// Making a series takes a lock; counting takes one atomic step on the series itself.
  package final class PrometheusRegistry: MetricsFactory {
    /// The upper bounds of a histogram's buckets if nothing else is said: those of Prometheus' clients, in seconds.
    package static let defaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private struct Family {
      var help = ""
      var buckets = PrometheusRegistry.defaultBuckets
      var kind: PrometheusKind?
      var series: [PrometheusLabels: any PrometheusSeries] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

    /// Without any metric.
    package init() {}

    /// Says what a metric means, and for a histogram, where its buckets end; before it is made.
    package func describe(_ name: String, _ help: String, buckets: [Double]? = nil) {
      families.withLock { families in
        families[PrometheusPage.name(name), default: Family()].help = help
        if let buckets { families[PrometheusPage.name(name), default: Family()].buckets = buckets }
      }
    }

    /// Adds what was counted to a page.
    package func write(to page: inout PrometheusPage) {
      for (name, family) in families.withLock({ $0 }) {
        guard let kind = family.kind else { continue }
        page.begin(name, kind, family.help)
        for (labels, series) in family.series { series.write(name, labels, to: &page) }
      }
    }

    private func series<Series: PrometheusSeries>(
      _ label: String, _ dimensions: [(String, String)], _ kind: PrometheusKind, _ make: ([Double]) -> Series
    ) -> Series {
      let labels = PrometheusLabels(dimensions)
      return families.withLock { families in
        let name = PrometheusPage.name(label)
        let family = families[name, default: Family()]
        if let series = family.series[labels] as? Series, family.kind == kind { return series }
        let series = make(family.buckets)
        // A name that stands for something else already: it is counted, and not shown.
        guard family.kind == nil || family.kind == kind else { return series }
        families[name, default: Family()].kind = kind
        families[name, default: Family()].series[labels] = series
        return series
      }
    }

    // MARK: What swift-metrics asks of a factory

    /// A counter.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
      series(label, dimensions, .counter) { _ in CounterSeries() }
    }

    /// A counter of fractions.
    package func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
      series(label, dimensions, .counter) { _ in GaugeSeries() }
    }

    /// A gauge that goes up and down.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { gauge(label, dimensions) }

    /// A histogram, or a gauge of what was recorded last.
    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
      aggregate ? series(label, dimensions, .histogram) { HistogramSeries(buckets: $0) } : gauge(label, dimensions)
    }

    /// A histogram of seconds.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
      series(label, dimensions, .histogram) { HistogramSeries(buckets: $0) }
    }

    /// The gauge itself, which can be read.
    package func gauge(_ label: String, _ dimensions: [(String, String)] = []) -> GaugeSeries {
      series(label, dimensions, .gauge) { _ in GaugeSeries() }
    }

    // Series stay: another user of the same one may go on to count.

    /// Does nothing.
    package func destroyCounter(_ handler: any CounterHandler) {}

    /// Does nothing.
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}

    /// Does nothing.
    package func destroyMeter(_ handler: any MeterHandler) {}

    /// Does nothing.
    package func destroyRecorder(_ handler: any RecorderHandler) {}

    /// Does nothing.
    package func destroyTimer(_ handler: any TimerHandler) {}
  }
#endif
