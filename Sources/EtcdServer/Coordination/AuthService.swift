#if Network
  internal import EtcdAPI
  internal import GRPCTransport
  internal import SwiftProtobuf

  /// etcd's service Auth while authentication is off and nobody was added: there are no users and no roles.
  struct AuthService {
    let core: ServerCore

    func add(to table: inout ServiceTable) {
      let core = core
      let path = "/etcdserverpb.Auth/"
      table.answer(path + "AuthStatus") { (_: EtcdAuthStatusRequest) in
        try EtcdAuthStatusResponse.with {
          $0.header = try core.header()
          $0.authRevision = 1
        }
      }
      table.answer(path + "AuthEnable") { (_: EtcdAuthEnableRequest) throws -> EtcdAuthEnableResponse in throw GRPCStatus.rootUserNotExist }
      table.answer(path + "AuthDisable") { (_: EtcdAuthDisableRequest) in
        try EtcdAuthDisableResponse.with { $0.header = try core.header() }
      }
      table.answer(path + "Authenticate") { (_: EtcdAuthenticateRequest) throws -> EtcdAuthenticateResponse in
        throw GRPCStatus.authNotEnabled
      }
      addUsers(to: &table, path + "User")
      addRoles(to: &table, path + "Role")
    }

    private func addUsers(to table: inout ServiceTable, _ path: String) {
      let core = core
      table.answer(path + "List") { (_: EtcdAuthUserListRequest) in
        try EtcdAuthUserListResponse.with { $0.header = try core.header() }
      }
      table.answer(path + "Add") { (request: EtcdAuthUserAddRequest) throws -> EtcdAuthUserAddResponse in
        throw request.name.isEmpty ? GRPCStatus.userEmpty : .usersNotKept
      }
      table.answer(path + "Get") { (_: EtcdAuthUserGetRequest) throws -> EtcdAuthUserGetResponse in throw GRPCStatus.userNotFound }
      table.answer(path + "Delete") { (_: EtcdAuthUserDeleteRequest) throws -> EtcdAuthUserDeleteResponse in throw GRPCStatus.userNotFound }
      table.answer(path + "ChangePassword") {
        (_: EtcdAuthUserChangePasswordRequest) throws -> EtcdAuthUserChangePasswordResponse in throw GRPCStatus.userNotFound
      }
      table.answer(path + "GrantRole") { (_: EtcdAuthUserGrantRoleRequest) throws -> EtcdAuthUserGrantRoleResponse in
        throw GRPCStatus.userNotFound
      }
      table.answer(path + "RevokeRole") { (_: EtcdAuthUserRevokeRoleRequest) throws -> EtcdAuthUserRevokeRoleResponse in
        throw GRPCStatus.userNotFound
      }
    }

    private func addRoles(to table: inout ServiceTable, _ path: String) {
      let core = core
      table.answer(path + "List") { (_: EtcdAuthRoleListRequest) in
        try EtcdAuthRoleListResponse.with { $0.header = try core.header() }
      }
      table.answer(path + "Add") { (request: EtcdAuthRoleAddRequest) throws -> EtcdAuthRoleAddResponse in
        throw request.name.isEmpty ? GRPCStatus.roleEmpty : .usersNotKept
      }
      table.answer(path + "Get") { (_: EtcdAuthRoleGetRequest) throws -> EtcdAuthRoleGetResponse in throw GRPCStatus.roleNotFound }
      table.answer(path + "Delete") { (_: EtcdAuthRoleDeleteRequest) throws -> EtcdAuthRoleDeleteResponse in throw GRPCStatus.roleNotFound }
      table.answer(path + "GrantPermission") {
        (_: EtcdAuthRoleGrantPermissionRequest) throws -> EtcdAuthRoleGrantPermissionResponse in throw GRPCStatus.roleNotFound
      }
      table.answer(path + "RevokePermission") {
        (_: EtcdAuthRoleRevokePermissionRequest) throws -> EtcdAuthRoleRevokePermissionResponse in throw GRPCStatus.roleNotFound
      }
    }
  }
#endif
