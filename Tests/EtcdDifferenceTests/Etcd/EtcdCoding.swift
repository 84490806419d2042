import MVCC

/// Translates between the store's request and response values and the gateway's JSON.
///
/// One server serves many histories, and its revisions go on counting: they are moved so that each history begins where a store of its own does.
struct EtcdCoding {
  /// How much greater the server's revisions are than the history's. 0 and less stand for no revision and are not moved.
  var revisionOffset: Int64 = 0

  private func wire(_ revision: Revision) -> Int64 { revision > .zero ? revision.rawValue + revisionOffset : revision.rawValue }

  func revision(_ wire: Int64) -> Revision { Revision(wire > 0 ? wire - revisionOffset : wire) }

  // MARK: Requests

  func encode(_ request: RangeRequest) -> EtcdJSON {
    let query = request.query
    var json = EtcdJSON()
    json.set(query.range)
    json.set("limit", Int64(query.limit))
    json.set("revision", wire(request.revision))
    json.set("sort_target", sortTarget(query.sortKey))
    json.set("sort_order", query.limitsBeforeSorting ? "NONE" : query.order == .ascending ? "ASCEND" : "DESCEND")
    json.set("keys_only", query.keysOnly)
    json.set("count_only", query.countsOnly)
    json.set("min_mod_revision", wire(query.minimumModRevision))
    json.set("max_mod_revision", wire(query.maximumModRevision))
    json.set("min_create_revision", wire(query.minimumCreateRevision))
    json.set("max_create_revision", wire(query.maximumCreateRevision))
    return json
  }

  private func sortTarget(_ key: RangeQuery.SortKey) -> String {
    switch key {
    case .key: "KEY"
    case .version: "VERSION"
    case .createRevision: "CREATE"
    case .modRevision: "MOD"
    case .value: "VALUE"
    }
  }

  func encode(_ request: PutRequest) -> EtcdJSON {
    var json = EtcdJSON()
    json.set("key", request.key)
    json.set("value", request.value)
    json.set("lease", request.lease)
    json.set("prev_kv", request.returnsPrevious)
    json.set("ignore_value", request.keepsValue)
    json.set("ignore_lease", request.keepsLease)
    return json
  }

  func encode(_ request: DeleteRequest) -> EtcdJSON {
    var json = EtcdJSON()
    json.set(request.range)
    json.set("prev_kv", request.returnsPrevious)
    return json
  }

  func encode(_ request: TransactionRequest) -> EtcdJSON {
    var json = EtcdJSON()
    json.set("compare", request.compares.map(encode))
    json.set("success", request.success.map(encode))
    json.set("failure", request.failure.map(encode))
    return json
  }

  private func encode(_ operation: TransactionOperation) -> EtcdJSON {
    var json = EtcdJSON()
    switch operation {
    case .range(let request): json.set("request_range", encode(request))
    case .put(let request): json.set("request_put", encode(request))
    case .delete(let request): json.set("request_delete_range", encode(request))
    case .transaction(let request): json.set("request_txn", encode(request))
    case .empty: break
    }
    return json
  }

  private func encode(_ compare: Compare) -> EtcdJSON {
    var json = EtcdJSON()
    json.set(compare.range)
    switch compare.relation {
    case .equal: json.set("result", "EQUAL")
    case .greater: json.set("result", "GREATER")
    case .less: json.set("result", "LESS")
    case .notEqual: json.set("result", "NOT_EQUAL")
    }
    switch compare.operand {
    case .version(let number):
      json.set("target", "VERSION")
      json.setAlways("version", number)
    case .createRevision(let revision):
      json.set("target", "CREATE")
      json.setAlways("create_revision", wire(revision))
    case .modRevision(let revision):
      json.set("target", "MOD")
      json.setAlways("mod_revision", wire(revision))
    case .value(let bytes):
      json.set("target", "VALUE")
      json.setAlways("value", bytes)
    case .lease(let identifier):
      json.set("target", "LEASE")
      json.setAlways("lease", identifier)
    }
    return json
  }

  func encode(compactionTo revision: Revision) -> EtcdJSON {
    var json = EtcdJSON()
    json.set("revision", wire(revision))
    // What was removed is then the same in every run.
    json.set("physical", true)
    return json
  }

  func encode(_ watch: HistoryWatch, identifier: Int64) -> EtcdJSON {
    var create = EtcdJSON()
    create.set(watch.range)
    create.set("start_revision", wire(watch.start))
    create.set("prev_kv", watch.options.includesPrevious)
    create.set("filters", (watch.options.excludesPuts ? ["NOPUT"] : []) + (watch.options.excludesDeletes ? ["NODELETE"] : []))
    create.set("watch_id", identifier)
    var json = EtcdJSON()
    json.set("create_request", create)
    return json
  }

  // MARK: Answers

  func headerRevision(_ json: EtcdJSON) -> Revision { revision(json.object("header")?.integer("revision") ?? 0) }

  private func keyValue(_ json: EtcdJSON) -> KeyValue {
    KeyValue(
      key: json.bytes("key"), value: json.bytes("value"), createRevision: revision(json.integer("create_revision")),
      modRevision: revision(json.integer("mod_revision")), version: json.integer("version"), lease: json.integer("lease"))
  }

  func rangeResponse(_ json: EtcdJSON) -> RangeResponse {
    RangeResponse(
      revision: headerRevision(json), keyValues: json.objects("kvs").map(keyValue), hasMore: json.flag("more"),
      count: Int(json.integer("count")))
  }

  func putResponse(_ json: EtcdJSON) -> PutResponse {
    PutResponse(revision: headerRevision(json), previous: json.object("prev_kv").map(keyValue))
  }

  func deleteResponse(_ json: EtcdJSON) -> DeleteResponse {
    DeleteResponse(
      revision: headerRevision(json), deletedCount: Int(json.integer("deleted")), previous: json.objects("prev_kvs").map(keyValue))
  }

  func transactionResponse(_ json: EtcdJSON) throws -> TransactionResponse {
    let responses = try json.objects("responses").map { (response) throws -> OperationResponse in
      if let range = response.object("response_range") { return .range(rangeResponse(range)) }
      if let put = response.object("response_put") { return .put(putResponse(put)) }
      if let delete = response.object("response_delete_range") { return .delete(deleteResponse(delete)) }
      if let nested = response.object("response_txn") { return .transaction(try transactionResponse(nested)) }
      throw HTTPConnection.ProtocolFailure(description: "an operation's response of no known kind: \(response.fields.keys)")
    }
    return TransactionResponse(revision: headerRevision(json), hasSucceeded: json.flag("succeeded"), responses: responses)
  }

  func event(_ json: EtcdJSON) -> Event {
    Event(
      kind: json.text("type") == "DELETE" ? .delete : .put, keyValue: keyValue(json.object("kv") ?? EtcdJSON()),
      previous: json.object("prev_kv").map(keyValue))
  }
}
