#if Network
  internal import Dispatch
  internal import Foundation
  internal import OCI
  internal import Synchronization

  #if canImport(Glibc)
    internal import Glibc
  #else
    internal import Darwin
  #endif

  /// A program that keeps credentials: `docker-credential-<name> get`, server in, JSON out (Docker's credential helper protocol).
  struct CredentialHelper: Sendable {
    /// The name after `docker-credential-`.
    let name: String

    /// The folders in which the program is looked for, separated by colons.
    let path: String

    /// How long the program may take; some ask a keychain that asks the user.
    var timeout = Duration.seconds(30)

    private struct Answer: Decodable {
      let username: String
      let secret: String

      private enum CodingKeys: String, CodingKey {
        case username = "Username"
        case secret = "Secret"
      }
    }

    /// The credentials for a registry, or nil when the helper has none.
    /// - Throws: `RegistryError.Code.badCredentials` when the program is missing, fails, or answers something else.
    func credentials(for registry: String) async throws -> Credentials? {
      let program = "docker-credential-" + name
      let isPlain = name.utf8.allSatisfy {
        Character(Unicode.Scalar($0)).isLetter || Character(Unicode.Scalar($0)).isNumber || "._-".utf8.contains($0)
      }
      guard isPlain, !name.isEmpty, name.utf8.count <= 64 else {
        throw bad("\(name.quotedForMessage) is not the name of a credential helper", registry)
      }
      let folders = path.split(separator: ":").filter { $0.hasPrefix("/") }
      guard let file = folders.map({ $0 + "/" + program }).first(where: FileManager.default.isExecutableFile) else {
        throw bad("the credential helper \(program) is not on the search path; install it or log in without it", registry)
      }
      let server = CredentialFile.serverNames(of: registry)[0]
      let outcome = try await run(file, input: server, registry: registry)
      if outcome.status != 0 {
        // The protocol has no code for this, only the sentence that Docker's own helpers write.
        if String(decoding: outcome.output, as: UTF8.self).contains("credentials not found") { return nil }
        throw bad("the credential helper \(program) failed with status \(outcome.status) for \(registry)", registry)
      }
      do {
        try JSONGuard(maximumBytes: Self.maximumOutputBytes).check(outcome.output, subject: "answer of \(program)")
        let answer = try JSONDecoder().decode(Answer.self, from: Data(outcome.output))
        return answer.username == "<token>" ? .identityToken(answer.secret) : .password(user: answer.username, password: answer.secret)
      } catch {
        throw bad("the credential helper \(program) did not answer with a user name and a secret", registry)
      }
    }

    /// An answer is a user name and a token.
    private static let maximumOutputBytes = 64 << 10

    /// What a program wrote, and how it ended.
    private struct Outcome: Sendable {
      let output: [UInt8]
      let status: Int32
    }

    private func run(_ file: String, input: String, registry: String) async throws -> Outcome {
      try await withCheckedThrowingContinuation { continuation in
        let reply = Reply(continuation)
        // Blocking calls, on a thread of their own.
        DispatchQueue.global().async {
          let process = Process()
          process.executableURL = URL(fileURLWithPath: file)
          process.arguments = ["get"]
          let (stdin, stdout) = (Pipe(), Pipe())
          process.standardInput = stdin
          process.standardOutput = stdout
          process.standardError = FileHandle.nullDevice
          do {
            // Before the start, while this process holds the reading end: a helper that ends unread would send a SIGPIPE.
            try stdin.fileHandleForWriting.write(contentsOf: Data((input + "\n").utf8))
            try stdin.fileHandleForWriting.close()
            try process.run()
          } catch {
            reply.resume(.failure(bad("the credential helper \(file) cannot be started", registry)))
            return
          }
          // The answer comes now even if a child of the program holds the pipe open.
          let timer = DispatchWorkItem {
            Self.end(process)
            reply.resume(.failure(bad("the credential helper \(file) took longer than \(timeout) for \(registry)", registry)))
          }
          DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(timeout / .milliseconds(1))), execute: timer)
          var output: [UInt8] = []
          while let data = try? stdout.fileHandleForReading.read(upToCount: 4096), !data.isEmpty {
            output += data
            guard output.count <= Self.maximumOutputBytes else {
              Self.end(process)
              break
            }
          }
          process.waitUntilExit()
          timer.cancel()
          reply.resume(.success(Outcome(output: output, status: process.terminationReason == .exit ? process.terminationStatus : -1)))
        }
      }
    }

    /// Resumes a continuation with the first of several answers.
    private final class Reply: Sendable {
      private let continuation: Mutex<CheckedContinuation<Outcome, any Error>?>

      init(_ continuation: CheckedContinuation<Outcome, any Error>) { self.continuation = Mutex(continuation) }

      func resume(_ result: Result<Outcome, any Error>) {
        continuation.withLock { waiting in
          waiting?.resume(with: result)
          waiting = nil
        }
      }
    }

    /// A thread of Dispatch blocks all signals, and the program inherits that; only this one cannot be blocked.
    private static func end(_ process: Process) {
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    private func bad(_ message: String, _ registry: String) -> RegistryError {
      RegistryError(.badCredentials, message, registry: registry)
    }
  }
#endif
