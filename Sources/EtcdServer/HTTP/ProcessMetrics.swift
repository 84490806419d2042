#if Network
  internal import PrometheusText

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif
  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #elseif canImport(Darwin)
    internal import Darwin
  #endif

  /// What Prometheus' clients say about their process, as Linux tells it (proc(5)).
  struct ProcessMetrics {
    let cpuSeconds: Double
    /// Since 1970.
    let startSeconds: Double
    let virtualBytes: Int
    let residentBytes: Int
    let openFiles: Int?
    /// Nil for no limit.
    let maximumFiles: Int?

    /// Nil where there is no /proc.
    static func read() -> ProcessMetrics? {
      guard let stat = content("self/stat"), let system = content("stat"), let end = stat.lastIndex(of: ")") else { return nil }
      // Behind the name, which may contain anything, comes field 3.
      let fields = stat[stat.index(after: end)...].split(separator: " ")
      func field(_ number: Int) -> Int? { fields.indices.contains(number - 3) ? Int(fields[number - 3]) : nil }
      let boot = system.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
      let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
      guard let user = field(14), let kernel = field(15), let start = field(22), let virtual = field(23), let pages = field(24), let boot,
        ticks > 0
      else { return nil }
      let limit = content("self/limits")?.split(separator: "\n").first { $0.hasPrefix("Max open files") }
      return ProcessMetrics(
        cpuSeconds: Double(user + kernel) / ticks, startSeconds: boot + Double(start) / ticks, virtualBytes: virtual,
        residentBytes: pages * sysconf(Int32(_SC_PAGESIZE)),
        openFiles: try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count,
        maximumFiles: limit?.dropFirst(14).split(separator: " ").first.flatMap { Int($0) })
    }

    private static func content(_ name: String) -> String? {
      // Files of /proc have no size, which is why they are not read as strings of a known length.
      FileManager.default.contents(atPath: "/proc/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }

    func add(to page: inout PrometheusPage) {
      page.add("process_cpu_seconds_total", .counter, "Processor time used.", cpuSeconds)
      page.add("process_start_time_seconds", .gauge, "When the process started, since 1970.", startSeconds)
      page.add("process_virtual_memory_bytes", .gauge, "Address space, of which the mapped data file is the most.", virtualBytes)
      page.add("process_resident_memory_bytes", .gauge, "Resident memory.", residentBytes)
      if let openFiles {
        page.add("process_open_fds", .gauge, "Open files.", openFiles)
        page.add("os_fd_used", .gauge, "The same.", openFiles)
      }
      if let maximumFiles {
        page.add("process_max_fds", .gauge, "Open files that there may be.", maximumFiles)
        page.add("os_fd_limit", .gauge, "The same.", maximumFiles)
      }
    }
  }
#endif
