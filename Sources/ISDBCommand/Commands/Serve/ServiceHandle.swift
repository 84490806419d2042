#if Network
  import Logging
  import ServiceLifecycle
  import Synchronization

  /// Services that a signal shuts down gracefully, and before they run, the work that is to start them.
  ///
  /// The group is not given the signals itself: it would not say which of them came, and the exit status tells.
  final class ServiceHandle: Sendable {
    private let group = Mutex<ServiceGroup?>(nil)

    /// Runs until the services have ended.
    func run(_ services: [any Service], logger: Logger) async throws {
      let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger))
      self.group.withLock { $0 = group }
      try await group.run()
    }

    /// Has the services end in order.
    func end(_ task: Task<Void, any Error>) {
      guard let group = group.withLock({ $0 }) else { return task.cancel() }
      Task { await group.triggerGracefulShutdown() }
    }
  }
#endif
