internal import LMDB

/// Something that a caller waits for the writer to do.
protocol CommitJob: AnyObject, Sendable {
  /// Takes part in a batch. Called again, in a new batch, when the first one could not be committed.
  ///
  /// - Throws: only what spoils the whole batch; a refusal that concerns this job alone is kept for `finish`.
  func run(_ batch: inout Batch) throws

  /// Wakes the caller: with its result once the batch is durable, or with what prevented that.
  func finish(_ failure: StoreError?)
}

/// A job whose caller awaits its answer.
///
/// `outcome` is touched by the writer thread alone, and the rest never changes: hence the unchecked conformance is sound.
final class AwaitedJob<Value: Sendable>: CommitJob, @unchecked Sendable {
  private let body: @Sendable (inout Batch) throws -> Value
  private let continuation: CheckedContinuation<Value, any Error>
  private var outcome: Result<Value, any Error>?

  init(_ continuation: CheckedContinuation<Value, any Error>, _ body: @escaping @Sendable (inout Batch) throws -> Value) {
    self.continuation = continuation
    self.body = body
  }

  func run(_ batch: inout Batch) throws {
    do {
      outcome = .success(try body(&batch))
    } catch let error as LMDBError {
      throw error
    } catch {
      outcome = .failure(error)
    }
  }

  func finish(_ failure: StoreError?) {
    if let failure {
      continuation.resume(throwing: failure)
    } else {
      continuation.resume(with: outcome ?? .failure(StoreError(.closed, "the store is closed")))
    }
  }
}
