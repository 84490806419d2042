#if Network
  import Foundation

  /// One command for two servers, with what it reads. `@` stands for the lease that was granted last, and `DIR` for a directory of the server's own.
  struct Step: Sendable, ExpressibleByStringLiteral {
    /// What is done while a command goes on.
    enum Action: Sendable {
      /// Waits until the command has printed that many lines.
      case lines(Int)
      /// Waits until it has printed a text.
      case text(String)
      /// Waits until the server has that many watches.
      case watches(Int)
      /// Gives it more to read.
      case input(String)
      /// Runs another command.
      case command(String)
    }

    let arguments: [String]
    var input = ""
    /// What is done before the command is told to end; nil for one that ends by itself.
    var actions: [Action]?

    /// Whether lines that repeat the one before do not count.
    var ignoresRepetition = false

    /// - Parameter command: words with blanks between; `''` is an empty one.
    init(_ command: String, input: String = "") {
      arguments = Self.words(command)
      self.input = input
    }

    init(stringLiteral command: String) { self.init(command) }

    /// A command that goes on until it is told to end, which it is after the last action.
    static func going(_ command: String, _ actions: Action...) -> Step {
      var step = Step(command)
      step.actions = actions
      return step
    }

    /// The same, of a command that may say its last line any number of times.
    static func repeating(_ command: String, _ actions: Action...) -> Step {
      var step = Step(command)
      step.actions = actions
      step.ignoresRepetition = true
      return step
    }

    static func words(_ command: String) -> [String] {
      command.split(separator: " ").map { $0 == "''" ? "" : String($0) }
    }
  }
#endif
