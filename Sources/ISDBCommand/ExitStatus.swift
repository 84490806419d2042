import ImageAPI
import MVCC

/// What a command's exit status says; the numbers are those of BSD's `sysexits.h`.
///
/// docs/cli.md has the table for people. A script can tell "you wrote it wrongly" (64), "it is not there" (66), "try again later" (69, 75) and
/// "it is damaged" (65) apart without reading the sentence.
enum ExitStatus: Int32, CaseIterable {
  case success = 0
  /// `EX_USAGE`: the command line, a name, a reference, a time or a number is not a possible one.
  case usage = 64
  /// `EX_DATAERR`: content is damaged, does not match its digest, or is larger than allowed.
  case badData = 65
  /// `EX_NOINPUT`: the store, stream, tag, image, key or revision is not there.
  case notFound = 66
  /// `EX_UNAVAILABLE`: a registry or another service cannot be reached now.
  case unavailable = 69
  /// `EX_SOFTWARE`: a fault in isdb itself.
  case software = 70
  /// `EX_OSERR`: this build or this system cannot do it.
  case unsupported = 71
  /// `EX_CANTCREAT`: what is to be made exists already, or is so already.
  case cannotCreate = 73
  /// `EX_IOERR`: reading or writing failed, or the disk is full.
  case inputOutput = 74
  /// `EX_TEMPFAIL`: somebody else is in the way; trying again can help.
  case tryAgain = 75
  /// `EX_PROTOCOL`: a registry answers with what it must not answer with.
  case badAnswer = 76
  /// `EX_NOPERM`: permissions, credentials or a rule refuse.
  case noPermission = 77
  /// `EX_CONFIG`: the store needs a later version of isdb.
  case newerVersionNeeded = 78

  init(_ code: StoreError.Code) {
    self =
      switch code.kind {
      case .alreadyExists: .cannotCreate
      case .ambiguous: .usage
      case .closed: .software
      case .compacted: .notFound
      case .conflict: .cannotCreate
      case .corrupt: .badData
      case .digestMismatch: .badData
      case .futureRevision: .notFound
      case .inUse: .tryAgain
      case .inputOutput: .inputOutput
      case .invalidArgument: .usage
      case .newerFormat: .newerVersionNeeded
      case .noSpace: .inputOutput
      case .notAStore: .notFound
      case .notFound: .notFound
      case .permissionDenied: .noPermission
      case .protected: .noPermission
      case .tooLarge: .badData
      case .unavailable: .unavailable
      case .unknownOutcome: .tryAgain
      case .unsupported: .unsupported
      }
  }
}

extension ExitStatus {
  /// For an object that was refused with a cluster's answer.
  init(_ status: StatusObject) {
    self =
      switch status.code {
      case 404: .notFound
      case 409: .cannotCreate
      default: .usage
      }
  }
}

/// Ends the process with a status when all that there is to say has been said.
struct SilentExit: Error {
  let status: Int32

  init(_ status: ExitStatus) { self.status = status.rawValue }

  /// As a shell reports a process that a signal ended: 128 and the signal's number.
  init(signal: Int32) { status = 128 + signal }

  /// With a status that a failure has already.
  init(status: Int32) { self.status = status }
}
