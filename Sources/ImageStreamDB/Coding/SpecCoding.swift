internal import ImageRecords
internal import MVCC

extension TagSpec {
  init(_ record: Isdb_V1_TagSpecRecord) {
    self.init(
      source: TagSource(record), annotations: record.annotations, isReference: record.reference, isInsecure: record.insecure,
      isScheduled: record.scheduled, importMode: ImportMode(record.importMode), referencePolicy: record.local ? .local : .source,
      follows: record.follows, generation: record.hasGeneration ? record.generation : nil)
  }
}

extension Isdb_V1_TagSpecRecord {
  init(_ spec: TagSpec) {
    self.init()
    if let from = spec.source {
      kind =
        switch from {
        case .imageStreamTag: .sourceImageStreamTag
        case .imageStreamImage: .sourceImageStreamImage
        case .registryImage: .sourceRegistryImage
        case .layout: .sourceLayout
        }
      source = from.name
      sourceNamespace = from.namespace ?? ""
    }
    annotations = spec.annotations
    reference = spec.isReference
    insecure = spec.isInsecure
    scheduled = spec.isScheduled
    importMode =
      switch spec.importMode {
      case nil: .importModeUnspecified
      case .legacy: .importModeLegacy
      case .preserveOriginal: .importModePreserveOriginal
      }
    local = spec.referencePolicy == .local
    follows = spec.follows
    if let number = spec.generation { generation = number }
  }
}

extension TagSource {
  fileprivate init?(_ record: Isdb_V1_TagSpecRecord) {
    let namespace = record.sourceNamespace.nilIfEmpty
    switch record.kind {
    case .sourceImageStreamTag: self = .imageStreamTag(record.source, namespace: namespace)
    case .sourceImageStreamImage: self = .imageStreamImage(record.source, namespace: namespace)
    case .sourceRegistryImage: self = .registryImage(record.source, namespace: namespace)
    case .sourceLayout: self = .layout(record.source)
    case .sourceUnspecified, .UNRECOGNIZED: return nil
    }
  }
}

extension TagSpec.ImportMode {
  fileprivate init?(_ record: Isdb_V1_ImportModeRecord) {
    switch record {
    case .importModeLegacy: self = .legacy
    case .importModePreserveOriginal: self = .preserveOriginal
    case .importModeUnspecified, .UNRECOGNIZED: return nil
    }
  }
}

extension RegistryHosts {
  init(_ record: Isdb_V1_SettingsRecord) {
    self.init(inside: record.internalRegistry.nilIfEmpty, outside: record.externalRegistry.nilIfEmpty)
  }
}

extension Isdb_V1_SettingsRecord {
  init(_ hosts: RegistryHosts) {
    self.init()
    internalRegistry = hosts.inside ?? ""
    externalRegistry = hosts.outside ?? ""
  }
}
