#if Network
  internal import OCI

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// The files in which Docker and Podman keep credentials, first match wins.
  ///
  /// `$REGISTRY_AUTH_FILE` alone if it is set; otherwise `$XDG_RUNTIME_DIR/containers/auth.json`, then `config.json` in `$DOCKER_CONFIG`, which
  /// is `~/.docker` by default. In a file, the registry's entry of `credHelpers` comes first, then the `auths` entry with the longest path that
  /// fits, then `credsStore`. Files that do not exist are passed over; one that cannot be read is an error that names it.
  public struct CredentialFiles: Sendable {
    /// The files, in the order in which they are asked.
    public let paths: [String]

    private let helperPath: String

    /// The files that this process's environment names.
    public init() { self.init(environment: ProcessInfo.processInfo.environment) }

    /// The files that the environment names.
    public init(environment: [String: String]) {
      var paths: [String] = []
      if let file = environment["REGISTRY_AUTH_FILE"], !file.isEmpty {
        paths = [file]
      } else {
        if let runtime = environment["XDG_RUNTIME_DIR"], !runtime.isEmpty { paths.append(runtime + "/containers/auth.json") }
        if let folder = environment["DOCKER_CONFIG"], !folder.isEmpty {
          paths.append(folder + "/config.json")
        } else if let home = environment["HOME"], !home.isEmpty {
          paths.append(home + "/.docker/config.json")
        }
      }
      self.init(paths: paths, helperPath: environment["PATH"] ?? "")
    }

    /// These files.
    /// - Parameter helperPath: the folders in which credential helpers are looked for, separated by colons.
    public init(paths: [String], helperPath: String) {
      self.paths = paths
      self.helperPath = helperPath
    }

    /// The credentials for a repository, or for a whole registry; nil when no file has any.
    /// - Throws: `RegistryError.Code.badCredentials` when a file is malformed or a helper fails.
    public func credentials(registry: String, repository: String?) async throws -> Credentials? {
      for path in paths {
        guard let file = try read(path, for: registry) else { continue }
        if let found = try await credentials(in: file, at: path, registry: registry, repository: repository) { return found }
      }
      return nil
    }

    private func credentials(
      in file: CredentialFile, at path: String, registry: String, repository: String?
    ) async throws -> Credentials? {
      let names = CredentialFile.serverNames(of: registry)
      if let helper = names.lazy.compactMap({ file.credHelpers?[$0] }).first {
        return try await ask(helper, for: registry)
      }
      do {
        if let found = try file.entry(registry: registry, repository: repository)?.credentials() { return found }
      } catch let error as CredentialFile.Malformed {
        throw bad("the entry for \(registry) in \(path) \(error.reason)", registry)
      }
      guard let store = file.credsStore, !store.isEmpty else { return nil }
      return try await ask(store, for: registry)
    }

    private func ask(_ helper: String, for registry: String) async throws -> Credentials? {
      try await CredentialHelper(name: helper, path: helperPath).credentials(for: registry)
    }

    private func read(_ path: String, for registry: String) throws -> CredentialFile? {
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      // A file of credentials has a few hundred bytes for each registry.
      let limits = JSONGuard(maximumBytes: 1 << 20)
      guard let data = try? Data(contentsOf: URL(filePath: path)) else { throw bad("\(path) cannot be read", registry) }
      do {
        try limits.check(Array(data), subject: "credential file \(path)")
        return try JSONDecoder().decode(CredentialFile.self, from: data)
      } catch let error as OCIError {
        throw bad(error.message, registry)
      } catch {
        // The decoder's own words could quote a secret.
        throw bad("the credential file \(path) has not the form of one", registry)
      }
    }

    private func bad(_ message: String, _ registry: String) -> RegistryError {
      RegistryError(.badCredentials, message, registry: registry)
    }
  }
#endif
