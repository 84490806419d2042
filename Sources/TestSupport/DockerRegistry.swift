#if Network
  internal import Foundation
  internal import NIOCore
  internal import NIOPosix
  public import OCI

  /// Debian's `docker-registry` on this machine, with its own folder, for as long as a test needs it.
  ///
  /// Tests that need it say `.enabled(if: DockerRegistry.isExpected, "\(DockerRegistry.notice)")`: without the program they are skipped, except
  /// where `CI` is `true`, where its absence is a failure.
  public final class DockerRegistry: Sendable {
    /// How the registry is protected.
    public enum Protection: Sendable {
      /// Not at all: plain HTTP.
      case none
      /// The user `user` with the password `secret`, over plain HTTP.
      case password
      /// TLS with a certificate that nobody has signed.
      case selfSignedTLS
    }

    private static let program = "/usr/bin/docker-registry"

    /// What a skipped test says.
    public static let notice = "\(program) is not here; install the package docker-registry"

    /// Whether tests with the registry are to run.
    public static var isExpected: Bool {
      FileManager.default.isExecutableFile(atPath: program) || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    /// Host and port, as a reference has them.
    public let address: String

    /// The folder that holds everything of this registry.
    private let folder: String

    private let process: ServerProcess

    private init(address: String, folder: String, process: ServerProcess) {
      self.address = address
      self.folder = folder
      self.process = process
    }

    /// Runs the body with a registry, ends its process afterwards and removes its folder.
    public static func run<Result>(_ protection: Protection = .none, _ body: (DockerRegistry) async throws -> Result) async throws -> Result
    {
      let folder = NSTemporaryDirectory() + "docker-registry-" + UUID().uuidString
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let registry = try await start(protection, in: folder)
      defer { registry.process.end() }
      return try await body(registry)
    }

    private static func start(_ protection: Protection, in folder: String) async throws -> DockerRegistry {
      guard FileManager.default.isExecutableFile(atPath: program) else { throw ServerProcess.StartFailure(description: notice) }
      let port = try await freePort()
      let address = "127.0.0.1:\(port)"
      var configuration = """
        version: 0.1
        log: {level: info}
        storage: {filesystem: {rootdirectory: \(folder)/storage}}
        http:
          addr: \(address)

        """
      switch protection {
      case .none: break
      case .password:
        // bcrypt of "secret".
        try write("user:$2b$04$tWmRMpttyldVgDIrLFZ2buqCHArM6M3dbw.X5Qbb5LBDrraVG8/Ei\n", to: folder + "/htpasswd")
        configuration += "auth: {htpasswd: {realm: test, path: \(folder)/htpasswd}}\n"
      case .selfSignedTLS:
        let status = try command(
          "/usr/bin/openssl",
          [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem",
          ])
        guard status == 0 else { throw ServerProcess.StartFailure(description: "openssl made no certificate") }
        configuration += "  tls: {certificate: \(folder)/cert.pem, key: \(folder)/key.pem}\n"
      }
      try write(configuration, to: folder + "/config.yml")
      let process = try await ServerProcess.start(program, ["serve", folder + "/config.yml"], readyText: "listening on")
      return DockerRegistry(address: address, folder: folder, process: process)
    }

    private static func freePort() async throws -> Int {
      let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: 0).get()
      let port = channel.localAddress?.port ?? 0
      try await channel.close()
      return port
    }

    /// Runs a program to its end and returns its status.
    @discardableResult
    public static func command(_ program: String, _ arguments: [String]) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }

    /// A reference to a repository here.
    public func reference(_ rest: String) throws -> Reference { try Reference(address + "/" + rest) }

    /// Puts a manifest into the registry's storage, by digest and by tag; what it points at need not be there.
    @discardableResult
    public func addManifest(_ bytes: [UInt8], to repository: String, tag: String? = nil) throws -> Digest {
      let digest = try addData(bytes)
      let manifests = "repositories/\(repository)/_manifests"
      try link(digest, "\(manifests)/revisions/sha256/\(digest.hex)/link")
      if let tag {
        try link(digest, "\(manifests)/tags/\(tag)/current/link")
        try link(digest, "\(manifests)/tags/\(tag)/index/sha256/\(digest.hex)/link")
      }
      return digest
    }

    /// Puts a blob into the registry's storage.
    @discardableResult
    public func addBlob(_ bytes: [UInt8], to repository: String) throws -> Digest {
      let digest = try addData(bytes)
      try link(digest, "repositories/\(repository)/_layers/sha256/\(digest.hex)/link")
      return digest
    }

    private func addData(_ bytes: [UInt8]) throws -> Digest {
      let digest = Digest(of: bytes)
      try store(bytes, "blobs/sha256/\(digest.hex.prefix(2))/\(digest.hex)/data")
      return digest
    }

    private func link(_ digest: Digest, _ path: String) throws { try store(Array(digest.description.utf8), path) }

    private func store(_ bytes: [UInt8], _ path: String) throws {
      let file = URL(fileURLWithPath: folder + "/storage/docker/registry/v2/" + path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }

    private static func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
  }
#endif
