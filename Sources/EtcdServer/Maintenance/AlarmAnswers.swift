#if Network
  internal import EtcdAPI
  internal import MVCC
  internal import SwiftProtobuf

  /// etcd's alarms. Those that the store raises itself are this member's.
  struct AlarmAnswers {
    let core: ServerCore

    func answer(_ request: EtcdAlarmRequest) async throws -> EtcdAlarmResponse {
      let kinds: [Alarm.Kind]
      switch request.alarm {
      case .none: kinds = Alarm.Kind.allCases
      case .nospace: kinds = [.noSpace]
      case .corrupt: kinds = [.corrupt]
      case .UNRECOGNIZED: kinds = []
      }
      var alarms: [Alarm] = []
      switch request.action {
      case .get: alarms = try core.store.alarms().filter { kinds.contains($0.kind) }
      // Without a kind etcd does nothing.
      case .activate where request.alarm != .none:
        for kind in kinds { alarms.append(try await core.store.raiseAlarm(kind, member: storeMember(request.memberID))) }
      case .deactivate where request.alarm != .none:
        for kind in kinds { alarms += try await core.store.disarmAlarm(kind, member: storeMember(request.memberID)) }
      default: break
      }
      let found = alarms
      // A store with the alarm CORRUPT has a revision all the same, but no answer may depend on reading it.
      let revision = (try? core.store.statistics().revision) ?? .zero
      return .with {
        $0.header = core.header(revision)
        $0.alarms = found.map { alarm in
          .with {
            $0.memberID = core.member(of: alarm)
            $0.alarm = alarm.kind == .noSpace ? .nospace : .corrupt
          }
        }
      }
    }

    /// The store calls itself 0.
    private func storeMember(_ member: UInt64) -> UInt64 { member == core.identity.member ? 0 : member }
  }

  extension ServerCore {
    /// Whose an alarm is, as etcd's clients know members.
    func member(of alarm: Alarm) -> UInt64 { alarm.member == 0 ? identity.member : alarm.member }
  }
#endif
