public import Foundation

/// Programs that are built with the tests.
public enum BuiltProgram {
  /// `isdb`, which lies where the test bundle lies.
  public static let isdb: URL = {
    let candidates = CommandLine.arguments + [(try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""]
    let bundle = candidates.first { $0.hasSuffix(".xctest") } ?? candidates.first { $0.contains(".xctest/") } ?? CommandLine.arguments[0]
    var directory = URL(fileURLWithPath: bundle)
    repeat { directory.deleteLastPathComponent() } while directory.path.contains(".xctest")
    return directory.appendingPathComponent("isdb")
  }()
}
