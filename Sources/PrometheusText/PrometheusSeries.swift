#if Network
  internal import CoreMetrics
  internal import Synchronization

  /// One line of a page, or several for a histogram.
  protocol PrometheusSeries: AnyObject, Sendable {
    func write(_ name: String, _ labels: PrometheusLabels, to page: inout PrometheusPage)
  }

  /// A whole number that grows.
  final class CounterSeries: PrometheusSeries, CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { value.store(0, ordering: .relaxed) }

    func write(_ name: String, _ labels: PrometheusLabels, to page: inout PrometheusPage) {
      page.add(name, labels, value.load(ordering: .relaxed))
    }
  }

  /// A number that may go up and down.
  package final class GaugeSeries: PrometheusSeries, MeterHandler, RecorderHandler, FloatingPointCounterHandler {
    private let number = AtomicDouble()

    /// The number now.
    package var value: Double { number.value }

    /// Sets it.
    package func set(_ value: Int64) { number.value = Double(value) }

    /// Sets it.
    package func set(_ value: Double) { number.value = value }

    /// Sets it.
    package func record(_ value: Int64) { number.value = Double(value) }

    /// Sets it.
    package func record(_ value: Double) { number.value = value }

    /// Adds to it.
    package func increment(by amount: Double) { number.add(amount) }

    /// Takes from it.
    package func decrement(by amount: Double) { number.add(-amount) }

    /// Sets it to 0.
    package func reset() { number.value = 0 }

    func write(_ name: String, _ labels: PrometheusLabels, to page: inout PrometheusPage) { page.add(name, labels, number.value) }
  }

  /// How often values fell into each of some ranges, and their sum.
  final class HistogramSeries: PrometheusSeries, TimerHandler, RecorderHandler {
    /// A count that is shared by reference, since arrays hold no atomics.
    private final class Count: Sendable {
      let value = Atomic<Int64>(0)
    }

    private let buckets: [Double]
    /// One more than there are buckets: what is beyond the last.
    private let counts: [Count]
    private let sum = AtomicDouble()

    init(buckets: [Double]) {
      self.buckets = buckets
      counts = (0...buckets.count).map { _ in Count() }
    }

    func record(_ value: Double) {
      let place = buckets.firstIndex { value <= $0 } ?? buckets.count
      counts[place].value.wrappingAdd(1, ordering: .relaxed)
      sum.add(value)
    }

    func record(_ value: Int64) { record(Double(value)) }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func write(_ name: String, _ labels: PrometheusLabels, to page: inout PrometheusPage) {
      var count: Int64 = 0
      for (bound, place) in zip(buckets + [.infinity], counts) {
        count += place.value.load(ordering: .relaxed)
        page.add("\(name)_bucket", labels.adding("le", PrometheusPage.text(bound)), count)
      }
      page.add("\(name)_sum", labels, sum.value)
      page.add("\(name)_count", labels, count)
    }
  }

  /// A number with a fraction that several threads may add to.
  private struct AtomicDouble: ~Copyable {
    private let bits = Atomic<UInt64>(0)

    var value: Double {
      get { Double(bitPattern: bits.load(ordering: .relaxed)) }
      nonmutating set { bits.store(newValue.bitPattern, ordering: .relaxed) }
    }

    borrowing func add(_ amount: Double) {
      var old = bits.load(ordering: .relaxed)
      while true {
        let sum = (Double(bitPattern: old) + amount).bitPattern
        let (isDone, found) = bits.weakCompareExchange(expected: old, desired: sum, ordering: .relaxed)
        if isDone { return }
        old = found
      }
    }
  }
#endif
