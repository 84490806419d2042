#if Network
  import Foundation

  /// What etcdctl prints that is as it is since servers, ports, times and processes have their own numbers.
  enum OutputLine {
    /// What stands for each: `$1` and so on are what was matched in parentheses.
    private static let rules: [(pattern: NSRegularExpression, template: String)] = {
      let texts = [
        // JSON, and the form "fields".
        (#""(cluster_id|member_id|raft_term|leader|dbSize|dbSizeInUse|raftIndex|raftAppliedIndex|hash|ID)":\d+"#, #""$1":N"#),
        (#""(ClusterID|MemberID|RaftTerm|Leader|DBSize|RaftIndex|RaftAppliedIndex|Hash|ID)" : \d+"#, #""$1" : N"#),
        (#""(peerURLs|PeerURL)"( ?: ?)(\[[^\]]*\]|"[^"]*")"#, #""$1"$2URLS"#),
        (#""(lease|Lease)"( ?: ?)-?\d{2,}"#, #""$1"$2LEASE"#),
        (#""([vV])ersion"( ?: ?)"3\.\d+\.\d+""#, #""$1ersion"$2VERSION"#),
        // The plain form.
        (#", http://(localhost|127\.0\.0\.1):\d+, "#, ", PEER, "),
        (#", 3\.\d+\.\d+, [0-9.]+ kB, (true|false), (true|false), \d+, \d+, \d+"#, ", VERSION, SIZE, $1, $2, N, N, N"),
        (#"^((http://)?ENDPOINT), \d+$"#, "$1, HASH"), (#"remaining\(\d+s\)"#, "remaining(N)"),
        (#"/[0-9a-f]{10,16}\b"#, "/KEY"), (#"\b[0-9a-f]{14,16}\b"#, "ID"),
        // Times, and what clients log.
        (#"took( = |":"|":)[0-9.µm]+s?"#, "took"), (#""took":"now""#, "took"), (#""Took" : [0-9.µm]+s"#, "took"),
        (#""ts":("[^"]*"|[0-9.]+)"#, "TS"),
        (#""size":"[^"]*""#, "SIZE"), (#"(endpoint://client-|etcd-endpoints://0x)[0-9a-f-]*"#, "CLIENT"),
      ]
      return texts.compactMap { pattern, replacement in (try? NSRegularExpression(pattern: pattern)).map { ($0, replacement) } }
    }()

    static func withoutNumbersOfServers(_ line: String) -> String {
      rules.reduce(line) { line, rule in
        let whole = NSRange(line.startIndex..., in: line)
        return rule.pattern.stringByReplacingMatches(in: line, range: whole, withTemplate: rule.template)
      }
    }
  }
#endif
