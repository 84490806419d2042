import ArgumentParser
import ImageStreamDB

/// What keeps a rollback in place, and whether it is meant for protected tags.
struct RollbackOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("What keeps automation from undoing it: none, pin, skip, newer=VERSION or until=TIME.", valueName: "rule"))
  var hold = "pin"

  @Flag(name: .long, help: "Move protected tags, too.")
  var overrideProtection = false

  /// The hold that comes with the rollback; nil for none.
  ///
  /// - Throws: `StoreError` with code `invalidArgument`.
  func rollbackHold() throws -> RollbackHold? { hold == "none" ? nil : try HoldArgument(hold).forRollback() }
}
