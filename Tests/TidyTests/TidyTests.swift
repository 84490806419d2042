import Foundation
import Testing

/// Style that matters, as tests over the sources.
@Suite struct TidyTests {
  private struct Source {
    let path: String
    let target: String
    let lines: [String]
  }

  /// Tests/TidyTests/TidyTests.swift, three levels up.
  private static let root = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }

  private static func sources(in folder: String) throws -> [Source] {
    let base = root.appendingPathComponent(folder)
    let files = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
    return try files.filter { $0.hasSuffix(".swift") }.map { file in
      let text = try String(contentsOf: base.appendingPathComponent(file), encoding: .utf8)
      return Source(
        path: "\(folder)/\(file)", target: String(file.prefix { $0 != "/" }), lines: text.components(separatedBy: "\n"))
    }
  }

  private static func isGenerated(_ source: Source) -> Bool {
    source.path.hasSuffix(".pb.swift") || source.path.contains("/Generated/")
  }

  /// Lines of code: no comments, and no text of literals.
  private static func code(_ source: Source) -> [(number: Int, text: String)] {
    source.lines.enumerated().compactMap { index, line in
      let text = line.trimmingCharacters(in: .whitespaces)
      return text.hasPrefix("//") ? nil : (index + 1, text.replacing(/"[^"]*"/, with: "\"\""))
    }
  }

  /// Who may import whom; everything else below the command line is an arrow that must not be.
  private static let arrows: [String: Set<String>] = [
    "LMDB": ["CLMDB", "CXXHash"],
    "Zstd": ["CZstd"],
    "Zlib": ["CZlib"],
    "MVCC": ["LMDB", "Zstd", "CDoorbell"],
    "OCI": [],
    "ImageRecords": [],
    "ImageStreamDB": ["MVCC", "OCI", "ImageRecords"],
    "ImageAPI": ["ImageStreamDB", "MVCC", "OCI"],
    "EtcdAPI": [],
    "GRPCTransport": ["Zlib"],
    "PrometheusText": [],
    "EtcdServer": ["EtcdAPI", "GRPCTransport", "MVCC", "PrometheusText"],
    "RegistryClient": ["OCI"],
    "ImageImport": ["ImageStreamDB", "MVCC", "OCI", "RegistryClient"],
  ]

  @Test func `imports follow the arrows of the architecture`() throws {
    let own = Set(Self.arrows.keys).union(["CLMDB", "CZstd", "CZlib", "CXXHash", "CDoorbell", "ISDBCommand", "TestSupport"])
    for source in try Self.sources(in: "Sources") {
      guard let allowed = Self.arrows[source.target] else { continue }
      for line in source.lines {
        let importLine = /^\s*(?:@\w+ )*(?:public |package |internal |private )?import (?:\w+ )?(\w+)/
        guard let match = line.firstMatch(of: importLine) else { continue }
        let module = String(match.1)
        #expect(!own.contains(module) || allowed.contains(module), "\(source.path) imports \(module)")
      }
    }
  }

  @Test func `unsafe code stays inside its fence`() throws {
    let fenced: Set<String> = ["LMDB", "Zstd", "Zlib"]
    for source in try Self.sources(in: "Sources") where !fenced.contains(source.target) && !Self.isGenerated(source) {
      for (number, text) in Self.code(source) {
        #expect(!text.contains(/\bunsafe\b|Unsafe(Mutable|Raw|Pointer|Buffer)/), "\(source.path):\(number)")
      }
    }
  }

  @Test func `libraries do not print, exit or trap on input`() throws {
    for source in try Self.sources(in: "Sources") where Self.arrows[source.target] != nil && !Self.isGenerated(source) {
      for (number, text) in Self.code(source) {
        #expect(!text.contains(/\btry!|\bfatalError\(|(^|[^.\w])print\(|\bas! |(^|[^.\w])exit\(/), "\(source.path):\(number)")
      }
    }
  }

  @Test func `the key space needs no Foundation`() throws {
    for source in try Self.sources(in: "Sources") where ["LMDB", "Zstd", "Zlib", "MVCC"].contains(source.target) {
      #expect(!source.lines.contains { $0.contains(/import Foundation/) }, "\(source.path)")
    }
  }

  @Test func `no file is longer than 600 lines`() throws {
    for folder in ["Sources", "Tests"] {
      for source in try Self.sources(in: folder) where !Self.isGenerated(source) {
        #expect(source.lines.count <= 600, "\(source.path) has \(source.lines.count) lines")
      }
    }
  }

  @Test func `nothing is left to do later`() throws {
    let marker = try Regex("\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b")
    for folder in ["Sources", "Tests"] {
      for source in try Self.sources(in: folder) {
        for (index, line) in source.lines.enumerated() { #expect(!line.contains(marker), "\(source.path):\(index + 1)") }
      }
    }
  }
}
