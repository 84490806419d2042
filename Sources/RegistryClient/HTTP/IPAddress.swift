#if Network
  /// The bytes of an IP address, as far as they say whether it lies in the public internet.
  struct IPAddress: Hashable, Sendable {
    /// Four bytes, or sixteen.
    let bytes: [UInt8]

    /// The address that the text spells: dotted decimal, or IPv6 with or without a zone; nil for anything else.
    init?(_ text: some StringProtocol) {
      let plain = text.prefix { $0 != "%" }
      guard let bytes = plain.contains(":") ? Self.parse6(String(plain)) : Self.parse4(String(plain)) else { return nil }
      self.bytes = bytes
    }

    private static func parse4(_ text: String) -> [UInt8]? {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
      guard parts.count == 4, parts.allSatisfy({ $0 != nil }) else { return nil }
      return parts.compactMap(\.self)
    }

    private static func parse6(_ text: String) -> [UInt8]? {
      let halves = text.split(separator: "::", omittingEmptySubsequences: false)
      guard halves.count <= 2 else { return nil }
      let parsed = halves.map { groups(String($0)) }
      guard let head = parsed[0] else { return nil }
      guard halves.count == 2 else { return head.count == 16 ? head : nil }
      guard let tail = parsed[1], head.count + tail.count < 16 else { return nil }
      return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: String) -> [UInt8]? {
      if text.isEmpty { return [] }
      var bytes: [UInt8] = []
      let groups = text.split(separator: ":", omittingEmptySubsequences: false)
      for (index, group) in groups.enumerated() {
        if index == groups.count - 1, group.contains(".") {
          guard let last = parse4(String(group)) else { return nil }
          bytes += last
        } else {
          guard (1...4).contains(group.utf8.count), let value = UInt16(group, radix: 16) else { return nil }
          bytes += [UInt8(value >> 8), UInt8(value & 255)]
        }
      }
      return bytes
    }

    /// The IPv4 address inside one that only carries it: mapped, NAT64, 6to4; itself otherwise.
    private var carried: [UInt8] {
      guard bytes.count == 16 else { return bytes }
      if bytes[0..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF { return Array(bytes[12...]) }
      if bytes[0..<4] == [0x00, 0x64, 0xFF, 0x9B] { return Array(bytes[12...]) }
      if bytes[0..<2] == [0x20, 0x02] { return Array(bytes[2..<6]) }
      return bytes
    }

    /// Whether it is of one link only; the addresses of cloud metadata services are (169.254.169.254, fd00:ec2::254).
    var isLinkLocal: Bool {
      let bytes = carried
      if bytes.count == 4 { return bytes[0] == 169 && bytes[1] == 254 }
      if bytes[0] == 0xFE, bytes[1] & 0xC0 == 0x80 { return true }
      return bytes[0..<4] == [0xFD, 0x00, 0x0E, 0xC2]
    }

    /// Whether it belongs to this machine.
    var isLoopback: Bool {
      let bytes = carried
      return bytes.count == 4 ? bytes[0] == 127 : bytes[0..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    /// Whether it is an address of the public internet: neither private, shared, local, reserved nor multicast (IANA's special-purpose
    /// registries).
    var isPublic: Bool {
      let bytes = carried
      guard bytes.count == 4 else {
        // 2000::/3 is all that is allocated; 2001:db8::/32 is for documentation.
        return bytes[0] & 0xE0 == 0x20 && bytes[0..<4] != [0x20, 0x01, 0x0D, 0xB8]
      }
      switch (bytes[0], bytes[1], bytes[2]) {
      case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): return false
      case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): return false
      case (192, 0, 0), (192, 0, 2), (198, 51, 100), (203, 0, 113): return false
      default: return true
      }
    }
  }

  /// Which addresses a request may reach.
  enum Reach: Hashable, Sendable {
    /// Any: the host was named by whoever uses the client.
    case anywhere
    /// Any but link-local ones: the host was named by a registry that is itself not on the public internet.
    case nearby
    /// Only public ones: the host was named by a registry on the public internet, which must not steer requests into this network.
    case publicOnly

    func allows(_ address: IPAddress) -> Bool {
      switch self {
      case .anywhere: true
      case .nearby: !address.isLinkLocal
      case .publicOnly: address.isPublic
      }
    }
  }
#endif
