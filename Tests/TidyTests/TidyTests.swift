import Foundation
import Testing

/// Style that matters, as tests over the sources.
@Suite struct TidyTests {
  private struct Source {
    let path: String
    let target: String
    let lines: [String]
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

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
    "MVCC": ["LMDB", "Zstd", "CDoorbell"],
    "OCI": [],
    "ImageStreamDB": ["MVCC", "OCI"],
    "RegistryClient": ["OCI"],
    "ImageImport": ["ImageStreamDB", "MVCC", "OCI", "RegistryClient"],
  ]

  @Test func `imports follow the arrows of the architecture`() throws {
    let own = Set(Self.arrows.keys).union(["CLMDB", "CZstd", "CXXHash", "CDoorbell", "ISDBCommand", "TestSupport"])
    for source in try Self.sources(in: "Sources") {
      guard let allowed = Self.arrows[source.target] else { continue }
      for line in source.lines {
        guard let match = line.firstMatch(of: /^\s*(?:@\w+ )*(?:public |package |internal |private )?import (?:\w+ )?(\w+)/) else { continue }
        let module = String(match.1)
        #expect(!own.contains(module) || allowed.contains(module), "\(source.path) imports \(module)")
      }
    }
  }

  @Test func `unsafe code stays inside its fence`() throws {
    let fenced: Set<String> = ["LMDB", "Zstd"]
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
    for source in try Self.sources(in: "Sources") where ["LMDB", "Zstd", "MVCC"].contains(source.target) {
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

  @Test func `a file that holds one type is named for it`() throws {
    let declaration = /^(?:@\w+ )*(?:public |package )?(?:final |indirect )?(?:struct|class|enum|actor|protocol) (\w+)/
    for source in try Self.sources(in: "Sources") where !Self.isGenerated(source) {
      let types = source.lines.compactMap { $0.firstMatch(of: declaration).map { String($0.1) } }
      let name = source.path.split(separator: "/").last.map { $0.dropLast(6).prefix { $0 != "+" } } ?? ""
      if types.count == 1, let type = types.first { #expect(type == name || name.contains(type) || type.contains(name), "\(source.path) holds \(type)") }
    }
  }
}
