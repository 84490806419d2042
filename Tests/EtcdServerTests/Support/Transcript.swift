#if Network
  import EtcdAPI
  import EtcdServer
  import Foundation
  import SwiftProtobuf
  import TestSupport
  import Testing

  /// Runs the steps on a new server of a release and on a store that is served, on both at once; each has to say the same.
  ///
  /// - Parameters:
  ///   - flags: what the real server is told besides.
  ///   - configuration: the same for ours.
  func compare(
    _ release: EtcdRelease, flags: [String] = [], configuration: EtcdServerConfiguration = EtcdServerConfiguration(), _ steps: [Step],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await withBoth(release, flags: flags, configuration: configuration) { (ours, theirs) async throws in
      var mine = try Transcript(ours)
      var other = try Transcript(theirs)
      for step in steps {
        let (now, otherNow) = (mine, other)
        let (run, otherRun) = try await both({ try await now.running(step) }, { try await otherNow.running(step) })
        (mine, other) = (run.next, otherRun.next)
        #expect(run.lines == otherRun.lines, "etcdctl \(step.arguments.joined(separator: " "))", sourceLocation: sourceLocation)
      }
    }
  }

  /// Runs two things at once and waits for both.
  func both<Value: Sendable>(
    _ first: @escaping @Sendable () async throws -> Value, _ second: @escaping @Sendable () async throws -> Value
  ) async throws -> (Value, Value) {
    let tasks = (Task { try await first() }, Task { try await second() })
    let results = (await tasks.0.result, await tasks.1.result)
    return (try results.0.get(), try results.1.get())
  }

  /// A client of a release for a store that is served, and one for a real server of that release.
  func withBoth(
    _ release: EtcdRelease, flags: [String] = [], configuration: EtcdServerConfiguration = EtcdServerConfiguration(),
    _ body: (_ ours: Etcdctl, _ theirs: Etcdctl) async throws -> Void
  ) async throws {
    try release.requirePrograms()
    var configuration = configuration
    configuration.name = EtcdServerProcess.name
    let settings = configuration
    try await EtcdServerProcess.run(release, flags) { (etcd) async throws in
      try await withServer(settings) { (server, _) async throws in
        try await body(Etcdctl(release, port: server.port), Etcdctl(release, port: Int(etcd.port)))
      }
    }
  }

  /// What steps on one server printed, and what later ones refer to.
  struct Transcript: Sendable {
    let etcdctl: Etcdctl
    private let directory: String
    private let keepsDirectory: TemporaryDirectory
    private var lease = ""

    init(_ etcdctl: Etcdctl) throws {
      self.etcdctl = etcdctl
      keepsDirectory = try TemporaryDirectory()
      directory = keepsDirectory.path
    }

    /// What the step printed, and its status, without what differs from server to server; and the transcript for the next one.
    func running(_ step: Step) async throws -> (lines: [String], next: Transcript) {
      var next = self
      let run = try await perform(step)
      if step.arguments.starts(with: ["lease", "grant"]), let id = run.output.split(separator: " ").dropFirst().first {
        next.lease = String(id)
      }
      let output = step.arguments.contains("protobuf") ? try Self.decoded(run.outputBytes, step) : run.output
      var lines = ["status \(run.status)"] + next.normalized(output) + next.normalized(run.error)
      if step.ignoresRepetition { lines = lines.indices.filter { $0 == 0 || lines[$0] != lines[$0 - 1] }.map { lines[$0] } }
      return (lines, next)
    }

    private func perform(_ step: Step) async throws -> ProgramRun {
      let program = try etcdctl.start(step.arguments.map { replaced($0) })
      guard let actions = step.actions else { return await program.finish(input: step.input) }
      for action in actions {
        switch action {
        case .lines(let count): await program.wait { output, _ in output.count(where: \.isNewline) >= count }
        case .text(let text): await program.wait { output, error in (output + error).contains(text) && output.hasSuffix("\n") }
        case .watches(let count): try await etcdctl.waitForWatches(count)
        case .input(let text): program.write(text)
        case .command(let command):
          let run = try await etcdctl.run(Step.words(command).map { replaced($0) })
          #expect(run.status == 0, "etcdctl \(command): \(run.error)")
        }
      }
      return await program.interrupted()
    }

    private func replaced(_ word: String) -> String { word.replacing("@", with: lease).replacing("DIR", with: directory) }

    /// A message as text, without the numbers of servers.
    private static func decoded(_ bytes: [UInt8], _ step: Step) throws -> String {
      var header = EtcdResponseHeader()
      func text<Response: Message>(_ type: Response.Type, _ path: WritableKeyPath<Response, EtcdResponseHeader>) throws -> String {
        var message = try Response(serializedBytes: bytes)
        header.revision = message[keyPath: path].revision
        message[keyPath: path] = header
        return message.textFormatString()
      }
      return switch step.arguments.first {
      case "get": try text(EtcdRangeResponse.self, \.header)
      case "put": try text(EtcdPutResponse.self, \.header)
      case "del": try text(EtcdDeleteRangeResponse.self, \.header)
      default: try text(EtcdTxnResponse.self, \.header)
      }
    }

    private func normalized(_ text: String) -> [String] {
      var text = text
      if !lease.isEmpty {
        text = text.replacing(lease, with: "LEASE")
        if let number = Int64(lease, radix: 16) { text = text.replacing("\(number)", with: "LEASE") }
      }
      return text.replacing(etcdctl.endpoint, with: "ENDPOINT").replacing(directory, with: "DIR").split(separator: "\n")
        .map { OutputLine.withoutNumbersOfServers(String($0)) }
    }
  }
#endif
