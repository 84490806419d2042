#if Network
  internal import EtcdAPI
  internal import GRPCTransport
  internal import NIOCore
  internal import SwiftProtobuf

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// gRPC's server reflection: which services there are, and what their messages are made of.
  struct ReflectionService {
    func add(to table: inout ServiceTable) {
      let files = DescriptorFiles()
      for version in ["v1", "v1alpha"] {
        table.stream("/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo") { call in ReflectionSession(files, call) }
      }
    }
  }

  /// The protocol's files, found by name and by what they define.
  struct DescriptorFiles: Sendable {
    private(set) var services: [String] = []
    private var files: [String: Data] = [:]
    private var fileOfSymbol: [String: String] = [:]

    init() {
      for text in Descriptors.files {
        guard let data = Data(base64Encoded: text) else { continue }
        add(data)
      }
      services.sort()
    }

    // Fields of FileDescriptorProto: name 1, package 2, message_type 4, enum_type 5, service 6; the name of each is its field 1, and methods are
    // field 2 of a service (protobuf, descriptor.proto).
    private mutating func add(_ data: Data) {
      let fields = DescriptorField.all(in: Array(data))
      guard let name = fields.first(where: { $0.number == 1 })?.text else { return }
      let package = fields.first { $0.number == 2 }?.text ?? ""
      files[name] = data
      for field in fields where (4...6).contains(field.number) {
        let parts = DescriptorField.all(in: field.bytes)
        guard let own = parts.first(where: { $0.number == 1 })?.text else { continue }
        let symbol = package.isEmpty ? own : "\(package).\(own)"
        fileOfSymbol[symbol] = name
        guard field.number == 6 else { continue }
        services.append(symbol)
        for method in parts where method.number == 2 {
          if let own = DescriptorField.all(in: method.bytes).first(where: { $0.number == 1 })?.text {
            fileOfSymbol["\(symbol).\(own)"] = name
          }
        }
      }
    }

    func file(named name: String) -> Data? { files[name] }

    /// The file that defines a symbol, or the message that it is nested in.
    func file(defining symbol: String) -> Data? {
      var symbol = symbol
      while true {
        if let name = fileOfSymbol[symbol] { return files[name] }
        guard let dot = symbol.lastIndex(of: ".") else { return nil }
        symbol = String(symbol[..<dot])
      }
    }
  }

  /// A field with a length, as descriptors are made of.
  private struct DescriptorField {
    let number: Int
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }

    static func all(in bytes: [UInt8]) -> [DescriptorField] {
      var buffer = ByteBuffer(bytes: bytes)
      var fields: [DescriptorField] = []
      while let tag = buffer.readVarint() {
        guard tag & 7 == 2 else {
          guard tag & 7 == 0, buffer.readVarint() != nil else { break }
          continue
        }
        guard let length = buffer.readVarint(), let content = buffer.readBytes(length: Int(clamping: length)) else { break }
        fields.append(DescriptorField(number: Int(tag >> 3), bytes: content))
      }
      return fields
    }
  }

  extension ByteBuffer {
    fileprivate mutating func readVarint() -> UInt64? {
      var value: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 7) {
        guard let byte = readInteger(as: UInt8.self) else { return nil }
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
      }
      return nil
    }
  }

  /// One stream of questions.
  private final class ReflectionSession: GRPCCallHandler {
    private let files: DescriptorFiles
    private let call: GRPCCall

    init(_ files: DescriptorFiles, _ call: GRPCCall) {
      self.files = files
      self.call = call
    }

    func receive(_ message: ByteBuffer) {
      do {
        call.send(GRPCMessage(try answer(GRPCServerReflectionRequest(message)).serializedBytes()))
      } catch {
        call.finish(GRPCStatus(error))
      }
    }

    func receiveEnd() { call.finish() }

    func drain() { call.finish(.serverStopped) }

    private func answer(_ request: GRPCServerReflectionRequest) -> GRPCServerReflectionResponse {
      .with {
        $0.validHost = request.host
        $0.originalRequest = request
        switch request.messageRequest {
        case .listServices: $0.listServicesResponse = .with { $0.service = files.services.map { name in .with { $0.name = name } } }
        case .fileByFilename(let name): $0.messageResponse = Self.answer(files.file(named: name), name)
        case .fileContainingSymbol(let symbol): $0.messageResponse = Self.answer(files.file(defining: symbol), symbol)
        case .allExtensionNumbersOfType(let type): $0.allExtensionNumbersResponse = .with { $0.baseTypeName = type }
        case .fileContainingExtension(let request): $0.messageResponse = Self.answer(nil, request.containingType)
        case nil:
          $0.errorResponse = .with {
            $0.errorCode = Int32(GRPCStatus.Code.invalidArgument.rawValue)
            $0.errorMessage = "invalid MessageRequest"
          }
        }
      }
    }

    private static func answer(_ file: Data?, _ name: String) -> GRPCServerReflectionResponse.OneOf_MessageResponse {
      if let file { return .fileDescriptorResponse(.with { $0.fileDescriptorProto = [file] }) }
      return .errorResponse(
        .with {
          $0.errorCode = Int32(GRPCStatus.Code.notFound.rawValue)
          $0.errorMessage = "not found: \(name)"
        })
    }
  }
#endif
