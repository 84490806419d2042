/// Collects the members of one JSON object in the order in which a cluster writes them.
///
/// `add` leaves empties out, as Go's `omitempty` does; `always` writes them.
struct FieldWriter {
  private var members: [JSONValue.Member] = []

  var value: JSONValue { .object(members) }

  mutating func always(_ name: String, _ value: JSONValue) { members.append(JSONValue.Member(name, value)) }

  mutating func always(_ name: String, _ text: String) { always(name, .string(text)) }

  mutating func always(_ name: String, _ part: some ObjectPart) { always(name, part.jsonValue) }

  mutating func add(_ name: String, _ value: JSONValue?) { if let value { always(name, value) } }

  mutating func add(_ name: String, _ text: String) { if !text.isEmpty { always(name, text) } }

  mutating func add(_ name: String, _ flag: Bool) { if flag { always(name, .boolean(true)) } }

  mutating func add(_ name: String, _ number: Int64?) { if let number, number != 0 { always(name, .integer(number)) } }

  mutating func add(_ name: String, _ map: [String: String]?) { if let map, !map.isEmpty { always(name, .map(map)) } }

  mutating func add(_ name: String, _ strings: [String]) {
    if !strings.isEmpty { always(name, .array(strings.map { .string($0) })) }
  }

  mutating func add(_ name: String, _ part: (some ObjectPart)?) { if let part { always(name, part) } }

  mutating func add(_ name: String, _ parts: [some ObjectPart]) {
    if !parts.isEmpty { always(name, .array(parts.map(\.jsonValue))) }
  }

  mutating func add(_ name: String, _ elements: [JSONValue]) { if !elements.isEmpty { always(name, .array(elements)) } }

  mutating func add(contentsOf rest: [JSONValue.Member]) { members += rest }
}
