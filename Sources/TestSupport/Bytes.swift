/// The bytes of a text, for keys and values in tests.
public func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
