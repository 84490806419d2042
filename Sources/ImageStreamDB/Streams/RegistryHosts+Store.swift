internal import ImageRecords
internal import MVCC

extension ImageStreamReading where Self: ~Copyable {
  /// The registries that stand for the store.
  public mutating func registryHosts() throws -> RegistryHosts {
    guard let keyValue = try get(Keyspace.settings) else { return RegistryHosts() }
    return RegistryHosts(try RecordCoding.decode(keyValue) as Isdb_V1_SettingsRecord)
  }
}

extension ImageStreamWriter {
  /// Says which registries stand for the store. Tags with the local reference policy resolve to them from then on.
  public mutating func setRegistryHosts(_ hosts: RegistryHosts) throws {
    try view.put(Keyspace.settings, try RecordCoding.encode(Isdb_V1_SettingsRecord(hosts)))
  }
}
