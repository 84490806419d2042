import OCI
import TestSupport
import Testing

/// Every real manifest and configuration there is at hand.
@Suite(.enabled(if: RegistrySamples.arePresent, "\(RegistrySamples.notice)")) struct SampleTests {
  @Test func `every sample's digest is the one in its name`() throws {
    let samples = try RegistrySamples.all()
    #expect(samples.count > 200)
    for sample in samples { #expect(Digest(of: sample.bytes) == sample.digest, "\(sample)") }
  }

  /// Samples that are refused, and the word that their refusal must hold.
  static let refused: [String: String] = [
    // Built to be broken: a media type that is none.
    "26ee495784496be06f87b1774f2d9898c3b399b7d34f40539d0f1a1655518b15": "\"broken\" is not supported",
    // A size of -1.
    "4bbc23c9428eb7dce71618c1488bf557c55cb1688e48e5f76d1e996db2ee294e": "config.size",
    "ae861a1c404017418fc90508c985f4fa20db8b12e7cc2bc56c07550bc8f318e0": "config.size",
    // A configuration without a digest.
    "ec7d9117f157e92a0fa93de1c9ad07fd8e193dca520684b0a5d67f4f73cd03a0": "config",
    "d33c74c6e3aacaff74a6a22f22b2e5e6a04b120546a910d320fc6ba033136db8": "config",
  ]

  @Test func `every sample is read as what its name says or refused for its known reason`() throws {
    var platformless = 0
    for sample in try RegistrySamples.all() {
      if sample.kind == .configuration {
        let configuration = try ImageConfiguration.parse(bytes: sample.bytes)
        if configuration.platform == nil { platformless += 1 }
        #expect(configuration.execution != nil, "\(sample)")
        continue
      }
      let result = Result { () throws(OCIError) in try ManifestContent.parse(bytes: sample.bytes) }
      switch (sample.kind, result) {
      case (.schema1, .failure(let error)): #expect(error.code == .unsupportedContent, "\(sample)")
      case (_, .failure(let error)):
        let word = try #require(Self.refused[sample.digest.hex], "\(sample): \(error)")
        #expect(error.message.contains(word), "\(sample)")
      case (.manifest, .success(.manifest)), (.index, .success(.index)): #expect(Self.refused[sample.digest.hex] == nil, "\(sample)")
      default: Issue.record("\(sample) was read as something else")
      }
    }
    // Operator catalogues, whose configurations have an empty os and architecture.
    #expect(platformless == 6)
  }

  @Test func `embedded content of the samples is what its descriptor says`() throws {
    var count = 0
    for sample in try RegistrySamples.all() where sample.kind != .configuration {
      let descriptors: [Descriptor]
      switch try? ManifestContent.parse(bytes: sample.bytes) {
      case .manifest(let manifest): descriptors = [manifest.configuration] + manifest.layers
      case .index(let index): descriptors = index.manifests
      case nil: descriptors = []
      }
      for descriptor in descriptors where descriptor.data != nil {
        count += 1
        // Made up, and so not the digest of anything.
        if Set(descriptor.digest.hex).count == 1 { continue }
        #expect(try descriptor.embeddedContent() != nil, "\(sample)")
      }
    }
    #expect(count == 4)
  }
}
