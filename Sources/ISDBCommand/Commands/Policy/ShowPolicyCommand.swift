import ArgumentParser
import ImageStreamDB

/// `isdb policy show`.
struct ShowPolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the policy that moves a tag, and what it has chosen.")

  @Argument(help: "The tag.", completion: NameCompletion.policies)
  var tag: String

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let name = try ImageStreamTagName(tag)
    let point = try read.point()
    let (assignment, current) = try options.reading { store in
      try store.read(at: point) { reader in
        guard let assignment = try reader.policy(of: name) else {
          throw StoreError(.notFound, "no policy moves tag \(name) at revision \(reader.revision); see isdb policy list")
        }
        return (assignment, try reader.tag(name))
      }
    }
    try output.print(assignment.document) { assignment.sheet(of: current, now: .now).lines }
  }
}

extension PolicyAssignment {
  fileprivate func sheet(of current: Tag?, now: Timestamp) -> Sheet {
    var sheet = Sheet()
    sheet.add("Tag", "\(tag)")
    sheet.add("Candidates", "tags of \(source)")
    sheet.add("Order", "\(policy.order)")
    sheet.add("Pattern", policy.filter?.pattern.text)
    sheet.add("Extract", policy.filter?.extract)
    sheet.add("Minimum Age", policy.minimumAge > .zero ? policy.minimumAge.lengthText : nil)
    sheet.add("Platform", policy.platform.map { "\($0)" })
    sheet.add("Set", "\(Age(of: created, now: now))\(by.isEmpty ? "" : ", by \(by)")\(because.isEmpty ? "" : ": \(because)")")
    guard let choice else {
      sheet.add("Choice", "none; isdb policy test \(tag) says why")
      return sheet
    }
    sheet.add(
      "Choice", [choice.tag, choice.pullSpec, "seen \(Age(of: choice.firstSeen, now: now)), chosen in revision \(choice.revision)"])
    if let newest = current?.newest, newest.image != choice.image {
      let reason = current?.refused?.reason ?? current?.hold.map { "the tag is held: \($0)" } ?? "somebody moved it since"
      sheet.add("Points At", [newest.pullSpec, reason])
    }
    return sheet
  }
}
