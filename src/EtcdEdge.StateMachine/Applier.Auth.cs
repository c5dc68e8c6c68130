using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine;

/// <summary>Users and roles. While auth is enabled, changes need the root role (etcd apply_auth.go, needAdminPermission).</summary>
public sealed partial class Applier
{
    // The user of the password is known only after this, so the caller is not checked.
    private ApplyResult Authenticate(InternalAuthenticateRequest request)
    {
        var error = auth.Authenticate(request, AppliedIndex, out var token);
        return error == EtcdError.None
            ? Done(new AuthenticateResponse { Token = token })
            : ApplyResult.Refused(error, store.Revision);
    }

    private ApplyResult ApplyToAuth(in LoggedRequest request)
    {
        var error = _gate.CheckAdmin();
        if (error == EtcdError.None)
        {
            error = request.Kind is RequestKind.AuthEnable or RequestKind.AuthDisable ? Switch(request.Kind) : ChangeUsersAndRoles(request);
        }

        return error == EtcdError.None ? Done(null) : ApplyResult.Refused(error, store.Revision);
    }

    private EtcdError Switch(RequestKind kind)
    {
        if (kind == RequestKind.AuthEnable)
        {
            return auth.Enable();
        }

        auth.Disable();
        return EtcdError.None;
    }

    private EtcdError ChangeUsersAndRoles(in LoggedRequest request)
    {
        var payload = request.Payload;
        return request.Kind switch
        {
            RequestKind.AuthUserAdd => auth.Apply(ParseMessage(AuthUserAddRequest.Parser, payload)),
            RequestKind.AuthUserDelete => auth.Apply(ParseMessage(AuthUserDeleteRequest.Parser, payload)),
            RequestKind.AuthUserChangePassword => auth.Apply(ParseMessage(AuthUserChangePasswordRequest.Parser, payload)),
            RequestKind.AuthUserGrantRole => auth.Apply(ParseMessage(AuthUserGrantRoleRequest.Parser, payload)),
            RequestKind.AuthUserRevokeRole => auth.Apply(ParseMessage(AuthUserRevokeRoleRequest.Parser, payload)),
            RequestKind.AuthRoleAdd => auth.Apply(ParseMessage(AuthRoleAddRequest.Parser, payload)),
            RequestKind.AuthRoleDelete => auth.Apply(ParseMessage(AuthRoleDeleteRequest.Parser, payload)),
            RequestKind.AuthRoleGrantPermission => auth.Apply(ParseMessage(AuthRoleGrantPermissionRequest.Parser, payload)),
            RequestKind.AuthRoleRevokePermission => auth.Apply(ParseMessage(AuthRoleRevokePermissionRequest.Parser, payload)),
            _ => throw new MalformedMessageException($"a logged request of kind {request.Kind}"),
        };
    }
}
