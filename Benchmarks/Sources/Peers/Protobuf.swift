/// Writes the few fields that the peers' messages need, as Protocol Buffers put them on the wire.
public struct ProtobufWriter {
  /// The message so far.
  public private(set) var bytes: [UInt8] = []

  /// An empty message.
  public init() {}

  /// Adds an integer or boolean field; zero is what an absent field means, so it is left out.
  public mutating func integer(_ field: Int, _ value: Int64) {
    if value == 0 { return }
    varint(UInt64(field << 3))
    varint(UInt64(bitPattern: value))
  }

  /// Adds bytes, a text or a message; an empty one is left out.
  public mutating func bytes(_ field: Int, _ value: some Collection<UInt8>) {
    if value.isEmpty { return }
    varint(UInt64(field << 3 | 2))
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// Adds a text; an empty one is left out.
  public mutating func text(_ field: Int, _ value: String) { bytes(field, value.utf8) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// Walks the fields of a message.
struct ProtobufReader {
  enum Value {
    case integer(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next field with its number; nil at the end, or at something that this reader does not know.
  mutating func next() -> (field: Int, value: Value)? {
    guard let tag = varint() else { return nil }
    switch tag & 7 {
    case 0: return varint().map { (Int(tag >> 3), .integer($0)) }
    case 2:
      guard let count = varint(), count <= rest.count else { return nil }
      defer { rest = rest.dropFirst(Int(count)) }
      return (Int(tag >> 3), .bytes(rest.prefix(Int(count))))
    default: return nil
    }
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = rest.popFirst(), shift < 64 {
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}
