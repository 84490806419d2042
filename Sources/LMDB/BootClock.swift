#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The time since the machine was started: nobody can set it, all processes read the same, and it counts while the machine is suspended.
public enum BootClock {
  /// Milliseconds since the machine was started.
  public static var milliseconds: Int64 {
    var time = timespec()
    #if os(Linux)
      let clock = CLOCK_BOOTTIME
    #else
      // Darwin's monotonic clock goes on while the machine sleeps.
      let clock = CLOCK_MONOTONIC
    #endif
    guard unsafe clock_gettime(clock, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// 16 bytes that are new each time the machine is started, and the same for all processes until then.
  ///
  /// Where the system does not tell, they are this process's own: every other process then seems to be of another start of the machine.
  public static let identifier: [UInt8] = systemIdentifier ?? (0..<16).map { _ in UInt8.random(in: .min ... .max) }

  private static var systemIdentifier: [UInt8]? {
    #if os(Linux)
      guard let file = try? ReadableFile(path: "/proc/sys/kernel/random/boot_id"), let text = try? file.read(64) else { return nil }
      return identifier(inText: text)
    #else
      var text = [UInt8](repeating: 0, count: 64)
      var count = text.count
      guard unsafe sysctlbyname("kern.bootsessionuuid", &text, &count, nil, 0) == 0 else { return nil }
      return identifier(inText: Array(text.prefix(count)))
    #endif
  }

  /// The bytes of a UUID in its text form; nil when `text` is none.
  static func identifier(inText text: [UInt8]) -> [UInt8]? {
    let digits = text.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == 32 else { return nil }
    return stride(from: 0, to: 32, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
