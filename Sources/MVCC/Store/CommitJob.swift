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

/// A job whose caller is told its answer once.
///
/// `outcome` is touched by the writer thread alone, and the rest never changes: hence the unchecked conformance is sound.
final class AnsweredJob<Value: Sendable>: CommitJob, @unchecked Sendable {
  private let body: @Sendable (inout Batch) throws -> Value
  private let completion: @Sendable (Result<Value, any Error>) -> Void
  private var outcome: Result<Value, any Error>?

  init(
    _ body: @escaping @Sendable (inout Batch) throws -> Value, completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    self.body = body
    self.completion = completion
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
      completion(.failure(failure))
    } else {
      completion(outcome ?? .failure(StoreError(.closed, "the store is closed")))
    }
  }
}
