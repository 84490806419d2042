import Peers

/// Values in the shape of real ones: the fields, templates and sizes of real records, with random digests, names and numbers.
enum Records {
  /// A tag's newest event, as the store's own schema puts it (records.proto), about 250 bytes.
  static func tag(repository: String, digest: String, time: Int64 = 1_767_225_600, _ random: inout Random) -> [UInt8] {
    var event = ProtobufWriter()
    event.integer(1, Int64(random.below(300) + 1))
    event.text(2, "sha256:\(digest)")
    event.text(3, "docker.io/\(repository)@sha256:\(digest)")
    event.integer(4, (time + Int64(random.below(40_000))) * 1000)
    event.integer(5, Int64(random.below(1_000_000) + 2))
    event.integer(6, Int64(random.below(300) + 1))
    event.text(7, random.pick(["ci", "jenkins", "github-actions", "release"]))
    event.text(8, random.pick(["build \(random.below(9999))", "nightly", "promoted from staging"]))
    event.integer(9, 2)
    event.text(10, "docker.io/\(repository):latest")
    var record = ProtobufWriter()
    record.bytes(1, event.bytes)
    record.integer(2, Int64(random.below(300) + 1))
    return record.bytes
  }

  /// An image's configuration in JSON, about 3 KB. Real ones of that size have 4 to 6 layers, as many steps or a few more, each with its own time, and
  /// 6 to 9 digests, which no dictionary can foresee.
  static func image(_ random: inout Random) -> [UInt8] {
    let name = random.pick(["python", "node", "golang", "nginx", "redis", "postgres", "ruby", "httpd", "tomcat", "memcached"])
    let version = "\(random.below(20)).\(random.below(30)).\(random.below(12))"
    let layers = 4 + random.below(3)
    let diffs = (0..<layers).map { _ in "\"sha256:\(random.hex(64))\"" }.joined(separator: ",")
    let day = "202\(random.below(6))-\(padded(random.below(12) + 1, 2))-\(padded(random.below(28) + 1, 2))"
    let steps = (0..<layers + random.below(4)).map { step($0, name, version, day, &random) }.joined(separator: ",")
    return Array(
      """
      {"architecture":"\(random.pick(["amd64", "arm64", "s390x", "ppc64le"]))","config":{"ExposedPorts":{"8080/tcp":{}},"Env":[\
      "PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin","LANG=C.UTF-8","container=oci",\
      "\(name.uppercased())_VERSION=\(version)","\(name.uppercased())_SHA256=\(random.hex(64))"],"Entrypoint":["docker-entrypoint.sh"],\
      "Cmd":["\(name)"],"WorkingDir":"/opt/app-root/src","User":"1001","Labels":{"architecture":"x86_64","build-date":"\(time(day, &random))",\
      "com.redhat.component":"\(name)-container","com.redhat.license_terms":\
      "https://www.redhat.com/en/about/red-hat-end-user-license-agreements#UBI","description":"The Universal Base Image is designed and \
      engineered to be the base layer for all of your containerized applications, middleware and utilities.","distribution-scope":"public",\
      "io.k8s.description":"Platform for building and running \(name) \(version) applications","io.k8s.display-name":"\(name) \(version)",\
      "io.openshift.tags":"builder,\(name)","maintainer":"team-\(random.below(40))@example.com","org.opencontainers.image.revision":\
      "\(random.hex(40))","org.opencontainers.image.source":"https://github.com/docker-library/\(name)","release":"\(random.below(900))",\
      "vendor":"Example, Inc.","version":"\(version)"},"StopSignal":"SIGTERM"},"created":"\(time(day, &random))","history":[\(steps)],\
      "os":"linux","rootfs":{"type":"layers","diff_ids":[\(diffs)]}}
      """.utf8)
  }

  private static func time(_ day: String, _ random: inout Random) -> String {
    "\(day)T\(padded(random.below(24), 2)):\(padded(random.below(60), 2)):\(padded(random.below(60), 2))"
      + ".\(padded(random.below(1_000_000_000), 9))Z"
  }

  private static func step(_ step: Int, _ name: String, _ version: String, _ day: String, _ random: inout Random) -> String {
    let commands = [
      "/bin/sh -c #(nop) ADD file:\(random.hex(64)) in / ",
      "RUN /bin/sh -c set -eux; \\tapt-get update; \\tapt-get install -y --no-install-recommends ca-certificates netbase tzdata; "
        + "\\trm -rf /var/lib/apt/lists/* # buildkit",
      "ENV \(name.uppercased())_VERSION=\(version)",
      "RUN /bin/sh -c groupadd --system --gid 999 \(name) && useradd --system --gid \(name) --uid 999 \(name) # buildkit",
      "COPY docker-entrypoint.sh /usr/local/bin/ # buildkit", "WORKDIR /opt/app-root/src", "EXPOSE map[8080/tcp:{}]",
      "ENTRYPOINT [\\\"docker-entrypoint.sh\\\"]", "CMD [\\\"\(name)\\\"]",
    ]
    let empty = step % 2 == 0 ? ",\"empty_layer\":true" : ""
    return
      "{\"created\":\"\(time(day, &random))\",\"created_by\":\"\(commands[step % commands.count])\",\"comment\":\"buildkit.dockerfile.v0\"\(empty)}"
  }
}
