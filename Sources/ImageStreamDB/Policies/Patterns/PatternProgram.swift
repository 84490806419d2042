/// A pattern as instructions, and the machine that runs them.
///
/// The machine backtracks, and remembers where it has been: an instruction at a place of the text that once led to no match leads to none again,
/// whatever the groups hold by then. So each pair is visited once, and the time is bounded by their number. (Cox, "Regular Expression Matching: the
/// Virtual Machine Approach", 2009; Go's `regexp` does the same for small patterns.)
struct PatternProgram: Sendable {
  enum Instruction: Sendable {
    case oneOf(ASCIISet)
    case assertion(PatternNode.Assertion)
    /// Tries the first, and the second if that fails.
    case fork(Int, Int)
    case jump(Int)
    /// Notes the place in that slot: 2 × group for its beginning, one more for its end.
    case note(Int)
    case match
  }

  let instructions: [Instruction]

  /// The name of each group after the whole match, nil for those without one.
  let groupNames: [String?]

  /// What a step back restores.
  private enum Choice {
    case visit(Int, Int)
    case restore(slot: Int, to: Int)
  }

  /// The whole match, then each group; nil without a match.
  func match(_ text: String) -> [Substring?]? {
    let bytes = Array(text.utf8)
    let width = bytes.count + 1
    var visited = [UInt64](repeating: 0, count: (instructions.count * width + 63) / 64)
    var slots = [Int](repeating: -1, count: (groupNames.count + 1) * 2)
    for start in 0..<width where run(bytes, from: start, visited: &visited, slots: &slots) {
      slots[0] = start
      let utf8 = text.utf8
      return stride(from: 0, to: slots.count, by: 2).map { slot in
        guard slots[slot] >= 0, slots[slot + 1] >= 0 else { return nil }
        return text[utf8.index(utf8.startIndex, offsetBy: slots[slot])..<utf8.index(utf8.startIndex, offsetBy: slots[slot + 1])]
      }
    }
    return nil
  }

  private func run(_ bytes: [UInt8], from start: Int, visited: inout [UInt64], slots: inout [Int]) -> Bool {
    var choices = [Choice.visit(0, start)]
    while let choice = choices.popLast() {
      guard case .visit(var counter, var place) = choice else {
        if case .restore(let slot, let value) = choice { slots[slot] = value }
        continue
      }
      steps: while true {
        let pair = counter * (bytes.count + 1) + place
        let bit: UInt64 = 1 << UInt64(pair % 64)
        if visited[pair / 64] & bit != 0 { break }
        visited[pair / 64] |= bit
        switch instructions[counter] {
        case .oneOf(let set):
          guard place < bytes.count, set.contains(bytes[place]) else { break steps }
          place += 1
          counter += 1
        case .assertion(let assertion):
          guard Self.holds(assertion, bytes, place) else { break steps }
          counter += 1
        case .fork(let first, let second):
          choices.append(.visit(second, place))
          counter = first
        case .jump(let target): counter = target
        case .note(let slot):
          choices.append(.restore(slot: slot, to: slots[slot]))
          slots[slot] = place
          counter += 1
        case .match:
          slots[1] = place
          return true
        }
      }
    }
    return false
  }

  private static func holds(_ assertion: PatternNode.Assertion, _ bytes: [UInt8], _ place: Int) -> Bool {
    switch assertion {
    case .start: return place == 0
    case .end: return place == bytes.count
    case .wordBoundary, .noWordBoundary:
      let isAfterWord = place > 0 && ASCIISet.word.contains(bytes[place - 1])
      let isBeforeWord = place < bytes.count && ASCIISet.word.contains(bytes[place])
      return (isAfterWord != isBeforeWord) == (assertion == .wordBoundary)
    }
  }
}

/// Turns the nodes of a pattern into a program.
struct PatternBuilder {
  /// Nodes visited, which is more than instructions made: a repetition of nothing makes none, however often it is repeated.
  static let maximumSteps = 2000

  private let groupNames: [String?]
  private var instructions: [PatternProgram.Instruction] = []
  private var steps = 0

  init(groupNames: [String?]) { self.groupNames = groupNames }

  func finish() -> PatternProgram { PatternProgram(instructions: instructions + [.match], groupNames: groupNames) }

  /// False when that would be too many steps.
  mutating func add(_ node: PatternNode) -> Bool {
    steps += 1
    guard steps < Self.maximumSteps, instructions.count < Self.maximumSteps else { return false }
    switch node {
    case .empty: return true
    case .oneOf(let set): instructions.append(.oneOf(set))
    case .assertion(let assertion): instructions.append(.assertion(assertion))
    case .sequence(let nodes):
      for node in nodes { guard add(node) else { return false } }
    case .alternatives(let nodes): return addAlternatives(nodes)
    case .group(let number, let inner):
      instructions.append(.note(number * 2))
      guard add(inner) else { return false }
      instructions.append(.note(number * 2 + 1))
    case .repeated(let inner, let lower, let upper, let isLazy): return addRepeated(inner, lower, upper, isLazy)
    }
    return true
  }

  private mutating func addAlternatives(_ nodes: [PatternNode]) -> Bool {
    var ends: [Int] = []
    for node in nodes.dropLast() {
      let fork = instructions.count
      instructions.append(.fork(fork + 1, fork))
      guard add(node) else { return false }
      ends.append(instructions.count)
      instructions.append(.jump(0))
      instructions[fork] = .fork(fork + 1, instructions.count)
    }
    if let last = nodes.last { guard add(last) else { return false } }
    for end in ends { instructions[end] = .jump(instructions.count) }
    return true
  }

  /// The part that must be there, copied; then a loop, or the part that may be there, copied.
  private mutating func addRepeated(_ inner: PatternNode, _ lower: Int, _ upper: Int?, _ isLazy: Bool) -> Bool {
    for _ in 0..<lower { guard add(inner) else { return false } }
    guard let upper else {
      let fork = instructions.count
      instructions.append(.jump(fork))
      guard add(inner) else { return false }
      instructions.append(.jump(fork))
      instructions[fork] = choice(fork + 1, instructions.count, isLazy)
      return true
    }
    var forks: [Int] = []
    for _ in lower..<upper {
      forks.append(instructions.count)
      instructions.append(.jump(0))
      guard add(inner) else { return false }
    }
    for fork in forks { instructions[fork] = choice(fork + 1, instructions.count, isLazy) }
    return true
  }

  private func choice(_ more: Int, _ enough: Int, _ isLazy: Bool) -> PatternProgram.Instruction {
    isLazy ? .fork(enough, more) : .fork(more, enough)
  }
}
