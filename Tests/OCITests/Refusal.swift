import OCI
import Testing

/// The error of a body that must be refused, or nil, with an issue, when it was not.
func refusal<Result>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Result) -> OCIError? {
  do {
    _ = try body()
    Issue.record("nothing was refused", sourceLocation: sourceLocation)
  } catch let error as OCIError {
    return error
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
  return nil
}
