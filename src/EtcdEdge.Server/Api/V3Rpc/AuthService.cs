using System.Text;
using EtcdEdge.Api;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Model;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>
/// etcdserverpb.Auth. Changes go through the log; what etcd also sends through its log only to read (UserGet, RoleList, …) is read here after a
/// read barrier. No password enters the log, only its hash.
/// </summary>
internal sealed class AuthService(IEtcdNode node, AccessControl access, Passwords passwords, ITokenProvider tokens, ILogger logger) : IRpcService
{
    private const string Name = "etcdserverpb.Auth";
    private readonly ResponseHeaders _headers = new(node);

    public void Bind(RpcBinder binder)
    {
        BindSwitch(binder);
        BindUsers(binder);
        BindRoles(binder);
    }

    private void BindSwitch(RpcBinder binder)
    {
        BindChange(binder, "AuthEnable", RequestKind.AuthEnable, AuthEnableRequest.Parser, AuthEnableResponse.Parser, h => new() { Header = h });
        BindChange(binder, "AuthDisable", RequestKind.AuthDisable, AuthDisableRequest.Parser, AuthDisableResponse.Parser, h => new() { Header = h });
        binder.Unary(Messages.Unary(Name, "AuthStatus", AuthStatusRequest.Parser, AuthStatusResponse.Parser), StatusAsync);
        binder.Unary(Messages.Unary(Name, "Authenticate", AuthenticateRequest.Parser, AuthenticateResponse.Parser), AuthenticateAsync);
    }

    private void BindUsers(RpcBinder binder)
    {
        binder.Unary(Messages.Unary(Name, "UserAdd", AuthUserAddRequest.Parser, AuthUserAddResponse.Parser), UserAddAsync);
        binder.Unary(Messages.Unary(Name, "UserGet", AuthUserGetRequest.Parser, AuthUserGetResponse.Parser), UserGetAsync);
        binder.Unary(Messages.Unary(Name, "UserList", AuthUserListRequest.Parser, AuthUserListResponse.Parser), UserListAsync);
        binder.Unary(
            Messages.Unary(Name, "UserChangePassword", AuthUserChangePasswordRequest.Parser, AuthUserChangePasswordResponse.Parser),
            ChangePasswordAsync);
        BindChange(
            binder, "UserDelete", RequestKind.AuthUserDelete, AuthUserDeleteRequest.Parser, AuthUserDeleteResponse.Parser,
            h => new() { Header = h });
        BindChange(
            binder, "UserGrantRole", RequestKind.AuthUserGrantRole, AuthUserGrantRoleRequest.Parser, AuthUserGrantRoleResponse.Parser,
            h => new() { Header = h });
        BindChange(
            binder, "UserRevokeRole", RequestKind.AuthUserRevokeRole, AuthUserRevokeRoleRequest.Parser, AuthUserRevokeRoleResponse.Parser,
            h => new() { Header = h });
    }

    private void BindRoles(RpcBinder binder)
    {
        binder.Unary(Messages.Unary(Name, "RoleGet", AuthRoleGetRequest.Parser, AuthRoleGetResponse.Parser), RoleGetAsync);
        binder.Unary(Messages.Unary(Name, "RoleList", AuthRoleListRequest.Parser, AuthRoleListResponse.Parser), RoleListAsync);
        BindChange(binder, "RoleAdd", RequestKind.AuthRoleAdd, AuthRoleAddRequest.Parser, AuthRoleAddResponse.Parser, h => new() { Header = h });
        BindChange(
            binder, "RoleDelete", RequestKind.AuthRoleDelete, AuthRoleDeleteRequest.Parser, AuthRoleDeleteResponse.Parser,
            h => new() { Header = h });
        BindChange(
            binder, "RoleGrantPermission", RequestKind.AuthRoleGrantPermission, AuthRoleGrantPermissionRequest.Parser,
            AuthRoleGrantPermissionResponse.Parser, h => new() { Header = h });
        BindChange(
            binder, "RoleRevokePermission", RequestKind.AuthRoleRevokePermission, AuthRoleRevokePermissionRequest.Parser,
            AuthRoleRevokePermissionResponse.Parser, h => new() { Header = h });
    }

    /// <summary>A method that is one entry of the log, and whose answer is a header.</summary>
    private void BindChange<TRequest, TResponse>(
        RpcBinder binder, string method, RequestKind kind, MessageParser<TRequest> request, MessageParser<TResponse> response,
        Func<ResponseHeader, TResponse> answer)
        where TRequest : class, IMessage<TRequest>, IBufferMessage
        where TResponse : class, IMessage<TResponse>, IBufferMessage =>
        binder.Unary(Messages.Unary(Name, method, request, response), async (message, call) => answer(await ChangeAsync(kind, message, call)));

    private async ValueTask<ResponseHeader> ChangeAsync(RequestKind kind, IMessage request, ServerCallContext call)
    {
        EtcdStatus.ThrowIfRefused(CheckName(request));
        var result = await access.ProposeAsync(kind, request, call);
        return _headers.MessageAt(result.Revision);
    }

    // A longer name could not be in a snapshot.
    private static EtcdError CheckName(IMessage request)
    {
        var name = request switch
        {
            AuthUserAddRequest user => user.Name,
            AuthRoleAddRequest role => role.Name,
            _ => "",
        };
        return Encoding.UTF8.GetByteCount(name) > V3RpcLimits.NameBytesMax ? EtcdError.RequestTooLarge : EtcdError.None;
    }

    private async ValueTask<AuthStatusResponse> StatusAsync(AuthStatusRequest request, ServerCallContext call)
    {
        var (view, who) = await ReadAsync(call);
        EtcdStatus.ThrowIfRefused(view.CheckAdmin(who));
        return new AuthStatusResponse { Header = _headers.MessageNow(), Enabled = view.IsEnabled, AuthRevision = view.Revision };
    }

    /// <summary>
    /// The password is checked against one moment's users; if they have changed by the time the log has assigned the token, it is checked again
    /// (etcd v3_server.go, Authenticate).
    /// </summary>
    private async ValueTask<AuthenticateResponse> AuthenticateAsync(AuthenticateRequest request, ServerCallContext call)
    {
        EtcdStatus.ThrowIfRefused(await node.ReadBarrierAsync(call.CancellationToken));
        while (true)
        {
            var view = node.Auth;
            await CheckPasswordAsync(view, request, call);
            var logged = new InternalAuthenticateRequest { Name = request.Name, SimpleToken = tokens.NewTokenPrefix() };
            var result = await node.ProposeAsync(RequestKind.Authenticate, Messages.Bytes(logged), AuthInfo.None, call.CancellationToken);
            EtcdStatus.ThrowIfRefused(result.Error);
            if (view.Revision == node.Auth.Revision)
            {
                var assigned = ((AuthenticateResponse)result.Response!).Token;
                return new AuthenticateResponse
                {
                    Header = _headers.MessageAt(result.Revision),
                    Token = tokens.TokenOf(assigned, request.Name, view.Revision),
                };
            }
        }
    }

    private async ValueTask CheckPasswordAsync(AuthView view, AuthenticateRequest request, ServerCallContext call)
    {
        if (!view.IsEnabled)
        {
            throw EtcdStatus.Refuse(EtcdError.AuthNotEnabled);
        }

        var user = view.Users.GetValueOrDefault(request.Name);
        if (user is { HasNoPassword: true })
        {
            logger.AuthenticationFailed(request.Name, call.Peer);
            throw EtcdStatus.Refuse(EtcdError.NoPasswordUser);
        }

        if (!await passwords.VerifyAsync(request.Password, user?.PasswordHash, call.CancellationToken))
        {
            logger.AuthenticationFailed(request.Name, call.Peer);
            throw EtcdStatus.Refuse(EtcdError.AuthFailed);
        }
    }

    /// <summary>Whatever hash a client sends for a new user is replaced, as in etcd.</summary>
    private async ValueTask<AuthUserAddResponse> UserAddAsync(AuthUserAddRequest request, ServerCallContext call)
    {
        var logged = new AuthUserAddRequest { Name = request.Name, Options = request.Options };
        if (request.Options is not { NoPassword: true })
        {
            logged.HashedPassword = await HashAsync(request.Password, call);
        }

        return new AuthUserAddResponse { Header = await ChangeAsync(RequestKind.AuthUserAdd, logged, call) };
    }

    private async ValueTask<AuthUserChangePasswordResponse> ChangePasswordAsync(AuthUserChangePasswordRequest request, ServerCallContext call)
    {
        var logged = new AuthUserChangePasswordRequest { Name = request.Name, HashedPassword = request.HashedPassword };
        if (request.Password.Length > 0)
        {
            logged.HashedPassword = await HashAsync(request.Password, call);
        }

        return new AuthUserChangePasswordResponse { Header = await ChangeAsync(RequestKind.AuthUserChangePassword, logged, call) };
    }

    // A caller without the right to change users is refused before the hash costs a core 100 ms.
    private async ValueTask<string> HashAsync(string password, ServerCallContext call)
    {
        var (view, who) = await ReadAsync(call);
        EtcdStatus.ThrowIfRefused(view.CheckAdmin(who));
        return Convert.ToBase64String(Encoding.ASCII.GetBytes(await passwords.HashAsync(password, call.CancellationToken)));
    }

    private async ValueTask<AuthUserGetResponse> UserGetAsync(AuthUserGetRequest request, ServerCallContext call)
    {
        var (view, who) = await ReadAsync(call);
        var error = view.CheckAdmin(who);
        if (error != EtcdError.None && request.Name != (who.Username ?? ""))
        {
            throw EtcdStatus.Refuse(error);
        }

        var user = view.Users.GetValueOrDefault(request.Name) ?? throw EtcdStatus.Refuse(EtcdError.UserNotFound);
        return new AuthUserGetResponse { Header = _headers.MessageNow(), Roles = { user.Roles } };
    }

    private async ValueTask<AuthUserListResponse> UserListAsync(AuthUserListRequest request, ServerCallContext call)
    {
        var (view, who) = await ReadAsync(call);
        EtcdStatus.ThrowIfRefused(view.CheckAdmin(who));
        return new AuthUserListResponse { Header = _headers.MessageNow(), Users = { view.Users.Keys } };
    }

    private async ValueTask<AuthRoleGetResponse> RoleGetAsync(AuthRoleGetRequest request, ServerCallContext call)
    {
        var (view, who) = await ReadAsync(call);
        var error = view.CheckAdmin(who);
        if (error != EtcdError.None && !view.HasRole(who.Username, request.Role))
        {
            throw EtcdStatus.Refuse(error);
        }

        var role = view.Roles.GetValueOrDefault(request.Role) ?? throw EtcdStatus.Refuse(EtcdError.RoleNotFound);
        var response = new AuthRoleGetResponse { Header = _headers.MessageNow() };
        response.Perm.AddRange(role.Name == AuthView.RootName ? [Everything()] : role.Permissions.Select(permission => permission.ToMessage()));
        return response;
    }

    private async ValueTask<AuthRoleListResponse> RoleListAsync(AuthRoleListRequest request, ServerCallContext call)
    {
        var (view, who) = await ReadAsync(call);
        EtcdStatus.ThrowIfRefused(view.CheckAdmin(who));
        return new AuthRoleListResponse { Header = _headers.MessageNow(), Roles = { view.Roles.Keys } };
    }

    private async ValueTask<(AuthView View, AuthInfo Who)> ReadAsync(ServerCallContext call)
    {
        EtcdStatus.ThrowIfRefused(await node.ReadBarrierAsync(call.CancellationToken));
        var who = await access.CallerAsync(call);
        return (node.Auth, who);
    }

    // What root may do is in no list; etcd shows it like this since 3.6 (server/auth/store.go, rootPerm).
    private static Permission Everything() => new()
    {
        PermType = Permission.Types.Type.Readwrite,
        RangeEnd = ByteString.CopyFrom(0),
    };
}
