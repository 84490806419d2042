import LMDB
import Testing

struct FileSystemTests {
  @Test func `renaming does not replace a file, a directory or a dangling link`() throws {
    let directory = try TemporaryDirectory()
    let (file, full, link) = (directory.appending("file"), directory.appending("full"), directory.appending("link"))
    try FileSystem.writeFile(at: file, bytes("1").span)
    try FileSystem.createDirectory(at: full)
    try #require(Posix.symlink("/nowhere", at: link))
    let source = directory.appending("source")
    try FileSystem.writeFile(at: source, bytes("22").span)
    for target in [file, full, link] {
      #expect(status { try FileSystem.renameNoReplace(from: source, to: target) } == .exists)
    }
    #expect(try FileSystem.byteCount(of: file) == 1)
    try FileSystem.renameNoReplace(from: source, to: directory.appending("new"))
    #expect(!FileSystem.exists(source) && FileSystem.exists(directory.appending("new")))
    #expect(status { try FileSystem.renameNoReplace(from: source, to: file + "x") } == .noSuchFile)
  }

  @Test func `a file is written whole over what was there`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("file")
    for content in ["first", "", "a third that is longer"] {
      try FileSystem.writeFile(at: path, bytes(content).span, mode: 0o640)
      #expect(try ReadableFile(path: path).read(100) == bytes(content))
    }
    #expect(Posix.mode(of: path) == 0o640)
    #expect(try FileSystem.contents(ofDirectory: directory.path) == ["file"])
    #expect(status { try FileSystem.writeFile(at: directory.appending("no/file"), bytes("x").span) } == .noSuchFile)
  }

  @Test func `a tree is removed without following links`() throws {
    let directory = try TemporaryDirectory()
    let tree = directory.appending("tree")
    try FileSystem.createDirectory(at: tree)
    try FileSystem.createDirectory(at: tree + "/deep")
    try FileSystem.writeFile(at: tree + "/deep/file", bytes("x").span)
    try FileSystem.writeFile(at: directory.appending("precious"), bytes("x").span)
    try #require(Posix.symlink(directory.path, at: tree + "/deep/link"))
    try FileSystem.removeTree(at: tree)
    #expect(try FileSystem.contents(ofDirectory: directory.path) == ["precious"])
    #expect(status { try FileSystem.removeTree(at: tree) } == .noSuchFile)
  }

  @Test(arguments: [
    ("/a/b", "/a"), ("/a/b/", "/a"), ("/a", "/"), ("/", "/"), ("a", "."), ("a/b//", "a"), ("//a", "/"), ("./a", "."),
  ])
  func `a parent is found with and without slashes at the end`(path: String, parent: String) {
    #expect(FileSystem.parent(of: path) == parent)
  }

  @Test func `a new file is written in pieces and read in pieces`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("file")
    let file = try DurableFile.create(at: path)
    #expect(status { _ = try DurableFile.create(at: path) } == .exists)
    try file.write(bytes("one "))
    try file.write(bytes(""))
    try file.write(bytes("two").span)
    try file.sync()
    let reader = try ReadableFile(path: path)
    #expect(try reader.read(5) == bytes("one t"))
    #expect(try reader.read(5) == bytes("wo"))
    #expect(try reader.read(5) == [])
    #expect(status { _ = try ReadableFile(path: path + "x") } == .noSuchFile)
  }

  @Test func `directories are created once and synced`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("d")
    try FileSystem.createDirectory(at: path)
    #expect(FileSystem.isDirectory(path))
    #expect(status { try FileSystem.createDirectory(at: path) } == .exists)
    try FileSystem.syncDirectory(at: path)
    #expect(status { try FileSystem.syncDirectory(at: path + "x") } == .noSuchFile)
    try FileSystem.removeEmptyDirectory(at: path)
    #expect(!FileSystem.exists(path) && !FileSystem.isDirectory(path))
  }
}
