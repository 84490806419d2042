#if Network
  import Foundation
  import Testing

  @testable import RegistryClient

  @Suite struct CredentialTests {
    @Test(arguments: ["exec sleep 3", "sleep 3"])
    func `a helper that never answers is given up, whoever holds its pipe`(command: String) async throws {
      try await withFolder(["docker-credential-slow": "#!/bin/sh\n\(command)\n"]) { (folder) async throws in
        let helper = CredentialHelper(name: "slow", path: folder + ":/bin:/usr/bin", timeout: .milliseconds(200))
        let error = await failure { try await helper.credentials(for: "quay.io") }
        #expect(error?.code == .badCredentials)
        #expect(error?.message.contains("longer") == true)
      }
    }

    /// A folder with files, gone afterwards.
    private func withFolder(_ files: [String: String], _ body: (String) async throws -> Void) async throws {
      let folder = NSTemporaryDirectory() + "credentials-" + UUID().uuidString
      defer { try? FileManager.default.removeItem(atPath: folder) }
      for (name, text) in files {
        let file = URL(fileURLWithPath: folder + "/" + name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.path)
      }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try await body(folder)
    }

    private func user(_ files: CredentialFiles, _ registry: String, _ repository: String? = "ns/app") async throws -> String? {
      guard case .password(let user, let password) = try await files.credentials(registry: registry, repository: repository)?.kind else {
        return nil
      }
      #expect(password == "p:w")
      return user
    }

    private func auth(_ user: String) -> String { "{\"auth\":\"\(Data("\(user):p:w".utf8).base64EncodedString())\"}" }

    @Test func `the entry with the longest path that fits wins`() async throws {
      let text = """
        {"auths":{"quay.io":\(auth("host")),"quay.io/ns":\(auth("namespace")),"quay.io/ns/app":\(auth("repository")),
                  "quay.io:5000":\(auth("port")),"https://scheme.example/v1/":\(auth("scheme")),"QUAY.example":\(auth("upper"))}}
        """
      try await withFolder(["auth.json": text]) { (folder) async throws in
        let files = CredentialFiles(paths: [folder + "/auth.json"], helperPath: "")
        #expect(try await user(files, "quay.io", "ns/app") == "repository")
        #expect(try await user(files, "quay.io", "ns/app/sub") == "repository")
        #expect(try await user(files, "quay.io", "ns/application") == "namespace")
        #expect(try await user(files, "quay.io", "nsx/app") == "host")
        #expect(try await user(files, "quay.io", nil) == "host")
        #expect(try await user(files, "quay.io:5000") == "port")
        #expect(try await user(files, "quay.io:5001") == nil)
        #expect(try await user(files, "scheme.example") == "scheme")
        #expect(try await user(files, "quay.example") == "upper")
        #expect(try await user(files, "evil-quay.io") == nil)
        #expect(try await user(files, "docker.io") == nil)
      }
    }

    @Test(arguments: ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"])
    func `Docker Hub is found under each of its names`(key: String) async throws {
      try await withFolder(["config.json": "{\"auths\":{\"\(key)\":\(auth("hub"))}}"]) { (folder) async throws in
        #expect(try await user(CredentialFiles(paths: [folder + "/config.json"], helperPath: ""), "docker.io", "library/nginx") == "hub")
      }
    }

    @Test func `entries of each form are read`() async throws {
      let text = """
        {"auths":{"a":{"username":"u","password":"p:w"},"b":{"identitytoken":"t","auth":"dTpw"},"c":{"registrytoken":"r"},"d":{},"e":{"auth":""}},
         "HttpHeaders":{"x":"y"}}
        """
      try await withFolder(["config.json": text]) { (folder) async throws in
        let files = CredentialFiles(paths: [folder + "/config.json"], helperPath: "")
        #expect(try await user(files, "a") == "u")
        #expect(try await files.credentials(registry: "b", repository: nil)?.kind == .identityToken("t"))
        #expect(try await files.credentials(registry: "c", repository: nil)?.kind == .registryToken("r"))
        #expect(try await files.credentials(registry: "d", repository: nil) == nil)
        #expect(try await files.credentials(registry: "e", repository: nil) == nil)
      }
    }

    @Test func `the environment names the files, Podman's before Docker's`() async throws {
      #expect(CredentialFiles(environment: ["REGISTRY_AUTH_FILE": "/a", "HOME": "/h"]).paths == ["/a"])
      #expect(
        CredentialFiles(environment: ["XDG_RUNTIME_DIR": "/run/u", "HOME": "/h"]).paths == [
          "/run/u/containers/auth.json", "/h/.docker/config.json",
        ])
      #expect(CredentialFiles(environment: ["DOCKER_CONFIG": "/d", "HOME": "/h"]).paths == ["/d/config.json"])
      #expect(CredentialFiles(environment: [:]).paths.isEmpty)
      let files = [
        "run/containers/auth.json": "{\"auths\":{\"a\":\(auth("podman"))}}",
        "docker/config.json": "{\"auths\":{\"a\":\(auth("docker")),\"b\":\(auth("docker"))}}",
      ]
      try await withFolder(files) { (folder) async throws in
        let files = CredentialFiles(environment: ["XDG_RUNTIME_DIR": folder + "/run", "DOCKER_CONFIG": folder + "/docker"])
        #expect(try await user(files, "a") == "podman")
        #expect(try await user(files, "b") == "docker")
        #expect(try await user(files, "c") == nil)
      }
    }

    @Test(arguments: [
      "", "{", "{\"auths\":[]}", "{\"auths\":{\"a\":{\"auth\":\"%%\"}}}", "{\"auths\":{\"a\":{\"auth\":\"c2VjcmV0\"}}}",
      "{\"auths\":{\"a\":{}},\"auths\":{}}", "{\"auths\":{\"a\":{\"auth\":12}}}",
    ])
    func `a malformed file is named and not quoted`(text: String) async throws {
      try await withFolder(["config.json": text]) { (folder) async throws in
        let files = CredentialFiles(paths: [folder + "/config.json"], helperPath: "")
        let error = await failure { try await files.credentials(registry: "a", repository: nil) }
        #expect(error?.code == .badCredentials)
        #expect(error?.message.contains("config.json") == true)
        #expect(error?.message.contains("c2VjcmV0") == false && error?.message.contains("secret") == false)
      }
    }

    @Test func `files that are not there are passed over`() async throws {
      #expect(
        try await CredentialFiles(paths: ["/nonexistent/config.json"], helperPath: "").credentials(registry: "a", repository: nil) == nil)
    }

    @Test func `helpers are asked for their registries and the store for the others`() async throws {
      let helper = """
        #!/bin/sh
        read server
        [ "$1" = get ] || exit 3
        case "$server" in
          https://index.docker.io/v1/) echo '{"ServerURL":"x","Username":"hub","Secret":"p:w"}';;
          token.example) echo '{"Username":"<token>","Secret":"tok"}';;
          broken.example) echo 'secret nonsense';;
          failing.example) exit 7;;
          huge.example) exec head -c 1000000 /dev/zero;;
          silent.example) exec cat;;
          *) echo 'credentials not found in native keychain'; exit 1;;
        esac
        """
      let config = """
        {"credHelpers":{"docker.io":"one","gone.example":"absent","evil.example":"../../bin/sh"},"credsStore":"one",
         "auths":{"plain.example":\(auth("plain")),"docker.io":\(auth("never")),"token.example":{}}}
        """
      try await withFolder(["config.json": config, "bin/docker-credential-one": helper]) { (folder) async throws in
        let files = CredentialFiles(paths: [folder + "/config.json"], helperPath: "relative:" + folder + "/bin:/usr/bin:/bin")
        #expect(try await user(files, "docker.io", "library/nginx") == "hub")
        #expect(try await user(files, "plain.example") == "plain")
        #expect(try await files.credentials(registry: "token.example", repository: nil)?.kind == .identityToken("tok"))
        #expect(try await files.credentials(registry: "unknown.example", repository: nil) == nil)
        for registry in ["broken.example", "failing.example", "huge.example", "gone.example", "evil.example"] {
          let error = await failure { try await files.credentials(registry: registry, repository: nil) }
          #expect(error?.code == .badCredentials)
          #expect(error?.message.contains("nonsense") == false)
        }
        let missing = await failure { try await files.credentials(registry: "gone.example", repository: nil) }
        #expect(missing?.message.contains("docker-credential-absent") == true)
      }
    }
  }
#endif
