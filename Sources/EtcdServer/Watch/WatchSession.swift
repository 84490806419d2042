#if Network
  internal import CoreMetrics
  internal import EtcdAPI
  internal import GRPCTransport
  internal import MVCC
  internal import NIOCore
  internal import Synchronization

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  // Invariants:
  //   a place's watcher was sent every event of its range up to `position`, and none after it, but for what a joined one is about to be posted
  //   only joined places are with the hub, in the epoch that the place has
  //   at most one read of the log is under way for a place: that of its epoch, while it is catching up

  /// One call of etcd's service Watch: any number of watchers on one stream. Everything is on the connection's event loop.
  final class WatchSession: GRPCCallHandler {
    private enum Phase {
      /// The hub posts what happens.
      case joined
      /// The log is read for it.
      case catchingUp
      /// It is behind, and the client is to read first what it was sent.
      case stalled
    }

    private struct Place {
      let watcher: Watcher
      var position: Revision
      var phase: Phase
      var epoch = 0
      /// Whether it was sent anything since progress was last told.
      var wasSilent = true
    }

    private let core: ServerCore
    private let call: GRPCCall
    private let handle: WatchSessionHandle
    private var places: [Int64: Place] = [:]
    private var nextID: Int64 = 0
    private var timer: Scheduled<Void>?
    private var isEnded = false
    /// Watchers that wait for the client to read, or for their turn to read the log.
    private var stalled: CircularBuffer<Int64> = []
    /// Reads of the log that are under way.
    private var readCount = 0

    /// The most reads of the log at one time for one stream: each may bring some megabytes.
    private static let maximumReads = 4

    init(_ core: ServerCore, _ call: GRPCCall) {
      self.core = core
      self.call = call
      handle = WatchSessionHandle(call.eventLoop)
      handle.attach(self)
      core.metrics.watchStreams.increment()
    }

    // MARK: What the client says

    func receive(_ message: ByteBuffer) {
      do {
        switch try EtcdWatchRequest(message).requestUnion {
        case .createRequest(let request): try create(request)
        case .cancelRequest(let request): cancel(request.watchID)
        case .progressRequest: try requestProgress()
        case nil: break
        }
      } catch {
        end(GRPCStatus(error))
      }
    }

    func receiveEnd() { end(.ok) }

    func cancel() { end(nil) }

    func drain() { end(.serverStopped) }

    private func end(_ status: GRPCStatus?) {
      guard !isEnded else { return }
      isEnded = true
      timer?.cancel()
      for place in places.values where place.phase == .joined { core.watches.leave(place.watcher) }
      core.metrics.watchers.decrement(by: Double(places.count))
      core.metrics.watchStreams.decrement()
      places = [:]
      handle.detach()
      if let status { call.finish(status) }
    }

    private func create(_ request: EtcdWatchCreateRequest) throws {
      let newest = try core.store.revision()
      // An empty key stands for the smallest there can be.
      let key = request.key.isEmpty ? [0] : Array(request.key)
      let range = KeyRange.etcd(key: key, rangeEnd: Array(request.rangeEnd))
      guard !range.isEmpty else { return refuse("mvcc: watcher range is empty", newest) }
      guard request.startRevision >= 0 else { return refuse(EtcdStatus.compacted.text, newest) }
      guard request.watchID == 0 || places[request.watchID] == nil else {
        return refuse("mvcc: duplicate watch ID provided on the WatchStream", newest)
      }
      let id = request.watchID == 0 ? freeID() : request.watchID
      var options = WatchOptions(includesPrevious: request.prevKv)
      options.excludesPuts = request.filters.contains(.noput)
      options.excludesDeletes = request.filters.contains(.nodelete)
      let watcher = Watcher(
        session: handle, id: id, range: range, options: options, isFragmented: request.fragment, notifiesProgress: request.progressNotify)
      let position = request.startRevision == 0 ? newest : Revision(request.startRevision) - 1
      places[id] = Place(watcher: watcher, position: position, phase: .stalled)
      core.metrics.watchers.increment()
      send(newest, id) { $0.writeField(3, true) }
      advance(id)
      if request.progressNotify { startTimer() }
    }

    private func freeID() -> Int64 {
      while places[nextID] != nil { nextID += 1 }
      defer { nextID += 1 }
      return nextID
    }

    /// Created and cancelled in one, as etcd does.
    private func refuse(_ reason: String, _ revision: Revision) {
      send(revision, -1) { buffer in
        buffer.writeField(3, true)
        buffer.writeField(4, true)
        buffer.writeField(6, Array(reason.utf8))
      }
    }

    private func cancel(_ id: Int64) {
      guard remove(id) else { return }
      // A store that cannot be read any more has no newest revision to tell; the watch is over all the same.
      let revision = (try? core.store.revision()) ?? .zero
      send(revision, id) { $0.writeField(4, true) }
    }

    private func remove(_ id: Int64) -> Bool {
      guard let place = places.removeValue(forKey: id) else { return false }
      if place.phase == .joined { core.watches.leave(place.watcher) }
      core.metrics.watchers.decrement()
      return true
    }

    // MARK: Progress

    private func requestProgress() throws {
      // etcd drops the wish while a watcher is behind; its clients ask again.
      guard !places.isEmpty, places.values.allSatisfy({ $0.phase == .joined }) else { return }
      try core.watches.requestProgress(handle, .asked)
    }

    private func startTimer() {
      guard timer == nil else { return }
      timer = call.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(core.configuration.progressInterval)) {
        self.timer = nil
        guard !self.isEnded else { return }
        self.startTimer()
        // A store that cannot be read has nothing to tell; its watches end otherwise.
        try? self.core.watches.requestProgress(self.handle, .interval)
      }
    }

    private func tellProgress(_ revision: Revision) {
      guard !places.isEmpty, places.values.allSatisfy({ $0.phase == .joined && $0.position <= revision }) else { return }
      send(revision, -1) { _ in }
    }

    /// Tells each silent watcher that asked for it how far it is.
    private func tellSilentWatchers(_ revision: Revision) {
      for (id, place) in places where place.watcher.notifiesProgress {
        if place.phase == .joined, place.wasSilent, place.position <= revision { send(revision, id) { _ in } }
        places[id]?.wasSilent = true
      }
    }

    // MARK: Events

    /// What the hub has for this stream.
    func receive(_ post: WatchPost, _ reason: WatchPost.Reason) {
      switch reason {
      case .events: for delivery in post.deliveries { receive(delivery, post.revision) }
      case .asked: tellProgress(post.revision)
      case .interval: tellSilentWatchers(post.revision)
      }
    }

    private func receive(_ delivery: WatchDelivery, _ revision: Revision) {
      let id = delivery.watcher.id
      guard let place = places[id], place.epoch == delivery.epoch, place.phase == .joined, place.watcher === delivery.watcher else {
        return
      }
      if call.isWritable {
        send(delivery.events, to: delivery.watcher, revision)
        places[id]?.position = revision
        places[id]?.wasSilent = false
      } else {
        core.watches.leave(delivery.watcher)
        places[id]?.position = max(place.position, delivery.events.first - 1)
        stall(id)
      }
    }

    /// The hub cannot serve a watcher: it is to read on by itself.
    func evict(_ watcher: Watcher, epoch: Int, at revision: Revision) {
      guard let place = places[watcher.id], place.epoch == epoch, place.phase == .joined, place.watcher === watcher else { return }
      core.watches.leave(watcher)
      places[watcher.id]?.position = max(place.position, revision)
      advance(watcher.id)
    }

    // MARK: Catching up

    func becomeWritable() { resumeStalled() }

    private func stall(_ id: Int64) {
      places[id]?.phase = .stalled
      stalled.append(id)
    }

    private func resumeStalled() {
      while call.isWritable, readCount < Self.maximumReads, let id = stalled.popFirst() {
        if places[id]?.phase == .stalled { advance(id) }
      }
    }

    /// Has a watcher join the hub, or read the log when it is not as far.
    private func advance(_ id: Int64) {
      guard var place = places[id] else { return }
      guard call.isWritable else { return stall(id) }
      place.epoch += 1
      do {
        if try core.watches.join(place.watcher, epoch: place.epoch, after: place.position) {
          place.phase = .joined
        } else if readCount >= Self.maximumReads {
          places[id] = place
          return stall(id)
        } else {
          place.phase = .catchingUp
          readCount += 1
          read(place)
        }
        places[id] = place
      } catch {
        end(GRPCStatus(error))
      }
    }

    private func read(_ place: Place) {
      let store = core.store
      let handle = handle
      let watcher = place.watcher
      let (position, epoch) = (place.position, place.epoch)
      Task.detached {
        let outcome = Result {
          let batch = try store.events(in: watcher.range, after: position, options: watcher.options)
          return CatchUp(
            events: EncodedEvents(batch.events, includesPrevious: watcher.options.includesPrevious), revision: batch.revision,
            storeRevision: batch.storeRevision)
        }
        handle.caughtUp(watcher, epoch: epoch, outcome)
      }
    }

    /// What a watcher that is behind has read.
    func receive(_ outcome: Result<CatchUp, any Error>, of watcher: Watcher, epoch: Int) {
      readCount -= 1
      defer { resumeStalled() }
      let id = watcher.id
      guard let place = places[id], place.epoch == epoch, place.watcher === watcher else { return }
      do {
        let catchUp = try outcome.get()
        if let events = catchUp.events {
          send(events, to: watcher, catchUp.storeRevision)
          places[id]?.wasSilent = false
        }
        places[id]?.position = catchUp.revision
        advance(id)
      } catch let error as StoreError where error.code == .compacted {
        _ = remove(id)
        send(.zero, id) { buffer in
          buffer.writeField(4, true)
          buffer.writeField(5, error.compactRevision?.rawValue ?? 0)
        }
      } catch {
        end(GRPCStatus(error))
      }
    }

    // MARK: What the client is told

    /// A response with a header, a watch's id, and what `write` adds.
    private func send(_ revision: Revision, _ id: Int64, _ write: (inout ByteBuffer) -> Void) {
      call.send(
        GRPCMessage(capacity: 64) { buffer in
          buffer.writeHeader(core.identity, revision)
          buffer.writeField(2, id)
          write(&buffer)
        })
    }

    private func send(_ events: EncodedEvents, to watcher: Watcher, _ revision: Revision) {
      core.metrics.events.increment(by: events.ends.count)
      let limit = core.configuration.maximumRequestBytes
      guard watcher.isFragmented, events.bytes.readableBytes > limit else {
        return send(events.bytes, revision, watcher.id, isFragment: false)
      }
      var start = 0
      for (index, end) in events.ends.enumerated() {
        let isLast = index == events.ends.count - 1
        // The piece ends here if the next event would make it too large.
        guard isLast || events.ends[index + 1] - start > limit else { continue }
        guard let piece = events.bytes.getSlice(at: start, length: end - start) else { return }
        send(piece, revision, watcher.id, isFragment: !isLast)
        start = end
      }
    }

    private func send(_ events: ByteBuffer, _ revision: Revision, _ id: Int64, isFragment: Bool) {
      call.send(
        GRPCMessage(capacity: events.readableBytes + 64) { buffer in
          buffer.writeHeader(core.identity, revision)
          buffer.writeField(2, id)
          buffer.writeField(7, isFragment)
          buffer.writeImmutableBuffer(events)
        })
    }
  }
#endif
