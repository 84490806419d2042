import ImageImport
import ImageStreamDB

/// Runs imports one after the other, shows how far they are, and tells what they came to.
struct ImportRun {
  let session: ImportSession
  let output: OutputOptions

  /// Imports one image; its failure is the command's.
  func importOne(_ job: ImportJob) async throws {
    let line = ProgressLine()
    defer { line.finish() }
    let outcome = try await session.run(job) { line.update("importing \(job.location): \($0.manifestsText)") }
    line.finish()
    try report([outcome])
  }

  /// Imports each image whatever becomes of the others, tells of each failure on a line of its own, and ends with the status of the first.
  func importAll(_ jobs: [ImportJob]) async throws {
    let line = ProgressLine()
    defer { line.finish() }
    var outcomes: [ImportOutcome] = []
    var firstFailure: Failure?
    for (index, job) in jobs.enumerated() {
      do {
        outcomes.append(
          try await session.run(job) { progress in
            line.update("importing \(job.location) (\(index + 1) of \(jobs.count)): \(progress.manifestsText)")
          })
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        let failure = Failure(error)
        line.finish()
        StandardStreams.report("isdb: \(job.tag): \(failure.message ?? "not imported")")
        firstFailure = firstFailure ?? failure
      }
    }
    line.finish()
    try report(outcomes)
    if let firstFailure { throw SilentExit(status: firstFailure.status) }
  }

  private func report(_ outcomes: [ImportOutcome]) throws {
    let items = outcomes.map { outcome in
      Document.object([
        "tag": .string("\(outcome.tag.name)"), "hasMoved": .boolean(outcome.hasMoved), "addedImages": .integer(outcome.addedImages),
        "event": outcome.event?.document, "refused": outcome.tag.refused?.document,
      ])
    }
    try output.print(Document.object(["items": .array(items)])) { outcomes.map(\.line) }
  }
}

extension ImportProgress {
  fileprivate var manifestsText: String { "\(fetched) manifest\(fetched == 1 ? "" : "s")" }
}

extension ImportOutcome {
  fileprivate var line: String {
    let images = addedImages == 0 ? "" : ", \(addedImages) new image\(addedImages == 1 ? "" : "s")"
    let place = event?.pullSpec.printable ?? "nothing"
    if let refused = tag.refused {
      return "\(tag.name) still points at \(place): \(refused.reason); isdb hold --release \(tag.name) lets it move"
    }
    return hasMoved
      ? "\(tag.name) now points at \(place) (revision \(tag.modRevision)\(images))"
      : "\(tag.name) points at \(place) already"
  }
}
