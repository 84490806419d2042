#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A new file that is written from front to back and synced before its name is given to anyone.
public final class DurableFile: Sendable {
  let descriptor: Int32
  private let path: String

  private init(_ descriptor: Int32, _ path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { closeDescriptor(descriptor) }

  /// Makes the file.
  ///
  /// - Throws: `.exists`.
  public static func create(at path: String, mode: UInt32 = 0o600) throws(LMDBError) -> DurableFile {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
    if descriptor < 0 { throw .last("create the file", path: path) }
    return DurableFile(descriptor, path)
  }

  /// Appends bytes.
  public func write(_ bytes: [UInt8]) throws(LMDBError) { try write(bytes.span) }

  /// Appends lent bytes.
  public func write(_ bytes: Span<UInt8>) throws(LMDBError) {
    var failure: LMDBError?
    unsafe bytes.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let written = unsafe writeBytes(descriptor, bytes.baseAddress.unsafelyUnwrapped + offset, bytes.count - offset)
        if written < 0 && errno == EINTR { continue }
        if written < 0 {
          failure = .last("write the file", path: path)
          return
        }
        offset += written
      }
    }
    if let failure { throw failure }
  }

  /// Waits until all that was written is on the device.
  public func sync() throws(LMDBError) {
    guard fsync(descriptor) == 0 else { throw .last("sync the file", path: path) }
  }
}

/// A file that is read from front to back.
public final class ReadableFile: Sendable {
  private let descriptor: Int32
  private let path: String

  public init(path: String) throws(LMDBError) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    self.path = path
    if descriptor < 0 { throw .last("open the file", path: path) }
  }

  deinit { closeDescriptor(descriptor) }

  /// The next `count` bytes; fewer at the end of the file.
  ///
  /// Allocates `count` bytes at once: check a length that comes from the file itself.
  public func read(_ count: Int) throws(LMDBError) -> [UInt8] {
    var failure: LMDBError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      initializedCount = 0
      while initializedCount < count {
        let read = unsafe readBytes(descriptor, buffer.baseAddress.unsafelyUnwrapped + initializedCount, count - initializedCount)
        if read < 0 && errno == EINTR { continue }
        if read < 0 { failure = .last("read the file", path: path) }
        if read <= 0 { return }
        initializedCount += read
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

// The methods of the two types hide the functions' own names.
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int { unsafe write(descriptor, bytes, count) }
private func readBytes(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int { unsafe read(descriptor, bytes, count) }
