internal import Foundation

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#endif

/// Real image metadata, kept outside the repository.
///
/// It lies in the folder that `ISDB_TEST_DATA` names, or in `shared/data` beside a folder above this file.
public enum TestData {
  /// The path of a file or folder of it; nil when it is not here.
  public static func path(_ name: String) -> String? {
    let files = FileManager.default
    if let named = ProcessInfo.processInfo.environment["ISDB_TEST_DATA"] {
      return files.fileExists(atPath: named + "/" + name) ? named + "/" + name : nil
    }
    var above = URL(filePath: #filePath)
    while above.pathComponents.count > 1 {
      above.deleteLastPathComponent()
      let candidate = above.appending(path: "shared/data/" + name).path
      if files.fileExists(atPath: candidate) { return candidate }
    }
    return nil
  }

  /// The JSON files in the folders of a folder, by name.
  public static func files(in folder: String) throws -> [(name: String, bytes: [UInt8])] {
    guard let path = path(folder) else { return [] }
    let names = try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(".json") }.sorted()
    return try names.map { ($0, try Array(Data(contentsOf: URL(filePath: path + "/" + $0)))) }
  }

  /// The lines of a file that gzip has packed.
  public static func lines(ofPacked file: String) throws -> [ArraySlice<UInt8>] {
    guard let path = path(file) else { return [] }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = try Array(output.fileHandleForReading.readToEnd() ?? Data())
    process.waitUntilExit()
    return bytes.split(separator: UInt8(ascii: "\n"))
  }
}
