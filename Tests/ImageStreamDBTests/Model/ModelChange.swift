@testable import ImageStreamDB

/// A change, as a test makes it up: the same is made in a store and in the model.
enum ModelChange {
  case tag(ImageStreamTagName, TagTarget, by: String, overridesProtection: Bool)
  case push(ImageStreamTagName, Digest, pullSpec: String?, by: String)
  case importFound(ImageStreamTagName, ImageContent, pullSpec: String, ImportSource)
  case importFailed(ImageStreamTagName, reason: String, ImportSource)
  case rollback(ImageStreamTagName, RollbackTarget, RollbackHold?, by: String, overridesProtection: Bool)
  case hold(ImageStreamTagName, Hold.Rule, by: String)
  case release(ImageStreamTagName)
  case releaseDue(limit: Int)
  case protect(String, in: String, ProtectionRule.Kind, by: String)
  case unprotect(String, in: String)
  case apply(ImageStreamName, ImageStreamSpec)
  case removeSpec(ImageStreamTagName)
  case untag(ImageStreamTagName, overridesProtection: Bool)
  case trim(ImageStreamTagName, to: Int)
  case annotate(ImageStreamName, [String: String]?, usesLocalLookup: Bool)
  case makeStream(ImageStreamName)
  case removeStream(ImageStreamName)
  /// Only by itself: it makes its own writes.
  case undelete(ImageStreamTagName)

  /// Makes the change in a store.
  func apply(to writer: inout ImageStreamWriter) throws {
    switch self {
    case .tag(let name, let target, let by, let overrides): try writer.tag(name, as: target, by: by, overridesProtection: overrides)
    case .push(let name, let image, let pullSpec, let by): try writer.push(image, pullSpec: pullSpec, to: name, by: by)
    case .importFound(let name, let content, let pullSpec, let source):
      try writer.recordImport(of: content, as: pullSpec, from: source, to: name)
    case .importFailed(let name, let reason, let source):
      try writer.recordImportFailure(reason: reason, message: reason, from: source, to: name)
    case .rollback(let name, let target, let hold, let by, let overrides):
      try writer.rollback(name, to: target, hold: hold, by: by, overridesProtection: overrides)
    case .hold(let name, let rule, let by): try writer.hold(name, rule, by: by)
    case .release(let name): try writer.releaseHold(of: name)
    case .releaseDue(let limit): _ = try writer.releaseHoldsDue(limit: limit)
    case .protect(let pattern, let namespace, let kind, let by): try writer.protect(pattern, in: namespace, as: kind, by: by)
    case .unprotect(let pattern, let namespace): try writer.unprotect(pattern, in: namespace)
    case .apply(let name, let spec): try writer.apply(spec, to: name)
    case .removeSpec(let name): try writer.removeSpec(of: name)
    case .untag(let name, let overrides): try writer.untag(name, overridesProtection: overrides)
    case .trim(let name, let count): try writer.trimHistory(of: name, to: count)
    case .annotate(let name, let annotations, let usesLocalLookup):
      try writer.updateImageStream(name, annotations: annotations, usesLocalLookup: usesLocalLookup)
    case .makeStream(let name): try writer.makeImageStream(name)
    case .removeStream(let name): try writer.removeImageStream(name)
    case .undelete: preconditionFailure("undelete makes its own writes")
    }
  }
}
