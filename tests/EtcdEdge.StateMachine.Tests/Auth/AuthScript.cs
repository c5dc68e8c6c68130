using System.Text;
using EtcdEdge.Api;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.Testing;
using Google.Protobuf;

namespace EtcdEdge.StateMachine.Tests.Auth;

/// <summary>
/// Users and roles as the log changes them, and what each may then do, with the tokens that the log has given and taken: each case is one entry, made
/// by the user <c>by</c> at the newest auth revision or at <c>at</c>, and prints what came of it.
/// </summary>
internal sealed class AuthScript : IAuthTokens
{
    private readonly Machine _machine = new();
    private readonly StringBuilder _tokens = new();

    public AuthScript() => _machine.Auth.Tokens = this;

    public void Assigned(string token, string username) => _tokens.Append($" assigned {token} to {username}");

    public void Invalidate(string username) => _tokens.Append($" forgot the tokens of {username}");

    public void InvalidateAll() => _tokens.Append(" forgot all tokens");

    public string Run(DataDriven.Command command)
    {
        _tokens.Clear();
        if (command.Name == "show")
        {
            return Show(_machine.Auth.View);
        }

        var (kind, request) = RequestOf(command);
        var view = _machine.Auth.View;
        var who = command.Has("by") ? new AuthInfo(command.Option("by", ""), (ulong)command.Number("at", (long)view.Revision)) : AuthInfo.None;
        var result = _machine.Apply(kind, request, who);
        return $"{result.Error} revision={result.Revision} auth={_machine.Auth.View.Revision}{_tokens}\n";
    }

    private static (RequestKind Kind, IMessage Request) RequestOf(DataDriven.Command command) => command.Name switch
    {
        "enable" => (RequestKind.AuthEnable, new AuthEnableRequest()),
        "disable" => (RequestKind.AuthDisable, new AuthDisableRequest()),
        "authenticate" => (RequestKind.Authenticate,
            new InternalAuthenticateRequest { Name = Name(command), SimpleToken = command.Option("token", "") }),
        "user-add" => (RequestKind.AuthUserAdd, new AuthUserAddRequest
        {
            Name = Name(command),
            HashedPassword = command.Option("hash", ""),
            Options = new UserAddOptions { NoPassword = command.Has("no-password") },
        }),
        "user-delete" => (RequestKind.AuthUserDelete, new AuthUserDeleteRequest { Name = Name(command) }),
        "passwd" => (RequestKind.AuthUserChangePassword,
            new AuthUserChangePasswordRequest { Name = Name(command), HashedPassword = command.Option("hash", "") }),
        "grant" => (RequestKind.AuthUserGrantRole, new AuthUserGrantRoleRequest { User = Name(command), Role = command.Option("role", "") }),
        "revoke" => (RequestKind.AuthUserRevokeRole, new AuthUserRevokeRoleRequest { Name = Name(command), Role = command.Option("role", "") }),
        "role-add" => (RequestKind.AuthRoleAdd, new AuthRoleAddRequest { Name = Name(command) }),
        "role-delete" => (RequestKind.AuthRoleDelete, new AuthRoleDeleteRequest { Role = Name(command) }),
        "allow" => (RequestKind.AuthRoleGrantPermission, new AuthRoleGrantPermissionRequest { Name = Name(command), Perm = PermissionOf(command) }),
        "forbid" => (RequestKind.AuthRoleRevokePermission, new AuthRoleRevokePermissionRequest
        {
            Role = Name(command),
            Key = Key(command, "key"),
            RangeEnd = Key(command, "end"),
        }),
        _ => DataRequestOf(command),
    };

    private static (RequestKind Kind, IMessage Request) DataRequestOf(DataDriven.Command command) => command.Name switch
    {
        "put" => (RequestKind.Put, PutOf(command)),
        "delete" => (RequestKind.DeleteRange, DeleteOf(command)),
        "lease" => (RequestKind.LeaseGrant, new LeaseGrantRequest { ID = command.Number("id", 0), TTL = 60 }),
        "lease-revoke" => (RequestKind.LeaseRevoke, new LeaseRevokeRequest { ID = command.Number("id", 0) }),
        "compact" => (RequestKind.Compaction, new CompactionRequest { Revision = command.Number("to", 0) }),
        "txn" => (RequestKind.Txn, TxnOf(command)),
        _ => throw new ArgumentException($"{command.Position}: no command {command.Name}"),
    };

    /// <summary>
    /// One line of input is one part: "if KEY", "then get|put|delete KEY", "else …"; "nested" before then or else puts it one level deeper.
    /// </summary>
    private static TxnRequest TxnOf(DataDriven.Command command)
    {
        var txn = new TxnRequest();
        foreach (var line in command.Input.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            var key = ByteString.CopyFromUtf8(words[^1]);
            switch (words[0])
            {
                case "if": txn.Compare.Add(new Compare { Key = key, Target = Compare.Types.CompareTarget.Version }); break;
                case "then": txn.Success.Add(OpOf(words[1], key)); break;
                case "else": txn.Failure.Add(OpOf(words[1], key)); break;
                default:
                    txn.Failure.Add(new RequestOp { RequestTxn = new TxnRequest { Success = { OpOf(words[1], key) } } });
                    break;
            }
        }

        return txn;
    }

    private static RequestOp OpOf(string verb, ByteString key) => verb switch
    {
        "get" => new RequestOp { RequestRange = new RangeRequest { Key = key } },
        "put" => new RequestOp { RequestPut = new PutRequest { Key = key } },
        _ => new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = key } },
    };

    private static PutRequest PutOf(DataDriven.Command command) =>
        new() { Key = Key(command, "key"), Lease = command.Number("lease", 0), PrevKv = command.Has("prev") };

    private static DeleteRangeRequest DeleteOf(DataDriven.Command command) =>
        new() { Key = Key(command, "key"), RangeEnd = Key(command, "end"), PrevKv = command.Has("prev") };

    private static Permission? PermissionOf(DataDriven.Command command) => !command.Has("type") ? null : new Permission
    {
        PermType = Enum.Parse<Permission.Types.Type>(command.Option("type", "")),
        Key = Key(command, "key"),
        RangeEnd = Key(command, "end"),
    };

    private static string Name(DataDriven.Command command) => command.Args.Count > 0 ? command.Args[0] : "";

    private static ByteString Key(DataDriven.Command command, string option) =>
        ByteString.CopyFromUtf8(command.Option(option, "").Replace("\\0", "\0", StringComparison.Ordinal));

    private static string Show(AuthView view)
    {
        var text = new StringBuilder($"{(view.IsEnabled ? "on" : "off")} revision={view.Revision}\n");
        foreach (var (name, user) in view.Users)
        {
            text.Append($"user {name} hash={Convert.ToBase64String(user.PasswordHash.Span)}{(user.HasNoPassword ? " no password" : "")}");
            text.Append($" roles={string.Join(',', user.Roles)}\n");
        }

        foreach (var (name, role) in view.Roles)
        {
            text.Append($"role {name}");
            foreach (var permission in role.Permissions)
            {
                text.Append($" {permission.Type}[{Text(permission.Range.Key)},{Text(permission.Range.RangeEnd)}]");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Text(ReadOnlyMemory<byte> key) => Encoding.UTF8.GetString(key.Span).Replace("\0", "\\0", StringComparison.Ordinal);
}
