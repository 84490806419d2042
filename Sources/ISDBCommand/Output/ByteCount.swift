/// A number of bytes as people say it: `29.5 MB`, in powers of 1000, as registries and `docker` count.
struct ByteCount: CustomStringConvertible {
  private let bytes: Int64

  init(_ bytes: Int64) { self.bytes = bytes }

  var description: String {
    if bytes < 1000 { return "\(bytes) B" }
    var tenths = bytes / 100
    var unit = 0
    while tenths >= 10_000, unit + 1 < Self.units.count {
      tenths /= 1000
      unit += 1
    }
    return (tenths < 1000 ? "\(tenths / 10).\(tenths % 10)" : "\(tenths / 10)") + " " + Self.units[unit]
  }

  private static let units = ["kB", "MB", "GB", "TB", "PB"]
}
