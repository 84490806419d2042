import ArgumentParser
import Foundation

/// Who makes a change, and why: both are kept with it.
struct AuthorOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Who makes the change (default: the user's name).", valueName: "who"))
  var by: String?

  @Option(name: .long, help: ArgumentHelp("Why, in a few words.", valueName: "reason"))
  var because: String = ""

  /// The name to record.
  var author: String { by ?? Self.userName }

  /// Who runs this process.
  static var userName: String { NSUserName() }
}
