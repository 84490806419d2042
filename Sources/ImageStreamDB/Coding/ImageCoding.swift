internal import ImageRecords
internal import MVCC
internal import OCI

extension Isdb_V1_ImageRecord {
  /// What the record of `content` says.
  init(_ content: ImageContent, repository: String?) {
    self.init()
    mediaType = content.parsed.mediaType.rawValue
    manifestSize = Int64(content.manifest.count)
    annotations = content.parsed.annotations
    artifactType = content.parsed.artifactType?.rawValue ?? ""
    self.repository = repository ?? ""
    switch content.parsed {
    case .manifest(let image):
      configuration = image.configuration.digest.description
      layers = image.layers.map(Isdb_V1_DescriptorRecord.init)
    case .index(let index):
      manifests = index.manifests.map(Isdb_V1_DescriptorRecord.init)
    }
    guard let configuration = content.parsedConfiguration else { return }
    if let platform = configuration.platform { self.platform = Isdb_V1_PlatformRecord(platform) }
    created = configuration.created ?? ""
    author = configuration.author ?? ""
    guard let execution = configuration.execution else { return }
    labels = execution.labels
    entrypoint = execution.entrypoint ?? []
    command = execution.command ?? []
    environment = execution.environment
    workingDirectory = execution.workingDirectory ?? ""
    user = execution.user ?? ""
    exposedPorts = execution.exposedPorts
    volumes = execution.volumes
  }
}

extension Image {
  /// The image that a key and its record speak of.
  init(_ keyValue: KeyValue) throws(StoreError) {
    let record: Isdb_V1_ImageRecord = try RecordCoding.decode(keyValue)
    digest = try RecordCoding.digest(Keyspace.name(keyValue.key, after: Keyspace.images), in: keyValue.key)
    mediaType = MediaType(record.mediaType)
    manifestByteCount = Int(record.manifestSize)
    configuration = record.configuration.isEmpty ? nil : try RecordCoding.digest(record.configuration, in: keyValue.key)
    platform = record.hasPlatform ? Platform(record.platform) : nil
    created = record.created.nilIfEmpty
    author = record.author.nilIfEmpty
    var layers: [Descriptor] = []
    for layer in record.layers { layers.append(try Descriptor(layer, keyValue)) }
    self.layers = layers
    var manifests: [Descriptor] = []
    for manifest in record.manifests { manifests.append(try Descriptor(manifest, keyValue)) }
    self.manifests = manifests
    annotations = record.annotations
    labels = record.labels
    entrypoint = record.entrypoint
    command = record.command
    environment = record.environment
    workingDirectory = record.workingDirectory.nilIfEmpty
    user = record.user.nilIfEmpty
    exposedPorts = record.exposedPorts
    volumes = record.volumes
    repository = record.repository.nilIfEmpty
    artifactType = record.artifactType.nilIfEmpty.map { MediaType($0) }
    added = record.added == 0 ? nil : Timestamp(record: record.added)
  }
}

extension Isdb_V1_ImageRecord {
  /// The digests by which the image can be found: its layers, its configuration, and the base image that it names.
  var parts: Set<Digest> {
    let texts = layers.map(\.digest) + [configuration, labels[Image.baseDigestKey] ?? annotations[Image.baseDigestKey] ?? ""]
    return Set(texts.compactMap { try? Digest($0) })
  }
}

extension Isdb_V1_DescriptorRecord {
  init(_ descriptor: Descriptor) {
    self.init()
    mediaType = descriptor.mediaType.rawValue
    digest = descriptor.digest.description
    size = Int64(descriptor.size)
    annotations = descriptor.annotations
    urls = descriptor.urls
    artifactType = descriptor.artifactType?.rawValue ?? ""
    if let platform = descriptor.platform { self.platform = Isdb_V1_PlatformRecord(platform) }
  }
}

extension Descriptor {
  init(_ record: Isdb_V1_DescriptorRecord, _ keyValue: KeyValue) throws(StoreError) {
    guard record.size >= 0 else { throw RecordCoding.corrupt(keyValue.key, "has a descriptor of \(record.size) bytes") }
    self.init(
      mediaType: MediaType(record.mediaType), digest: try RecordCoding.digest(record.digest, in: keyValue.key), size: Int(record.size),
      urls: record.urls, annotations: record.annotations, artifactType: record.artifactType.nilIfEmpty.map { MediaType($0) },
      platform: record.hasPlatform ? Platform(record.platform) : nil)
  }
}

extension Isdb_V1_PlatformRecord {
  init(_ platform: Platform) {
    self.init()
    os = platform.os
    architecture = platform.architecture
    variant = platform.variant ?? ""
    osVersion = platform.osVersion ?? ""
    osFeatures = platform.osFeatures
  }
}

extension Platform {
  init(_ record: Isdb_V1_PlatformRecord) {
    self.init(
      os: record.os, architecture: record.architecture, variant: record.variant.nilIfEmpty, osVersion: record.osVersion.nilIfEmpty,
      osFeatures: record.osFeatures)
  }
}
