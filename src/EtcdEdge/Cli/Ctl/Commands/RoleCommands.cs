using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;
using Google.Protobuf;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl role.</summary>
internal static class RoleCommands
{
    private const string Exclusive = "--from-key and --prefix flags are mutually exclusive";

    public static CliCommand Command { get; } = new()
    {
        Name = "role",
        Group = CommandGroups.Authentication,
        Short = "Role related commands. Use `etcdctl role --help` to see subcommands",
        Long = "Role related commands",
        Children =
        [
            Child("add", "<role name>", "Adds a new role", AddAsync),
            Child("delete", "<role name>", "Deletes a role", DeleteAsync),
            Child("get", "<role name>", "Gets detailed information of a role", GetAsync),
            Child("list", "", "Lists all roles", ListAsync),
            Child(
                "grant-permission", "[options] <role name> <permission type> <key> [endkey]", "Grants a key to a role", GrantAsync,
                new CliFlag("prefix", "", "grant a prefix permission"),
                new CliFlag("from-key", "", "grant a permission of keys that are greater than or equal to the given key using byte compare")),
            Child(
                "revoke-permission", "<role name> <key> [endkey]", "Revokes a key from a role", RevokeAsync,
                new CliFlag("prefix", "", "revoke a prefix permission"),
                new CliFlag("from-key", "", "revoke a permission of keys that are greater than or equal to the given key using byte compare")),
        ],
    };

    private static CliCommand Child(string name, string arguments, string text, Func<CtlSession, Task> run, params CliFlag[] flags) =>
        new() { Name = name, Arguments = arguments, Short = text, Flags = flags, Run = call => CtlSession.Run(call, run) };

    private static string Role(CtlSession session, string name) => session.Arguments is [var role] ? role
        : throw new CliFailure(CliFailure.BadArguments, $"role {name} command requires role name as its argument");

    private static async Task AddAsync(CtlSession session)
    {
        var role = Role(session, "add");
        var client = await session.ClientAsync();
        var response = await client.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = role }, session.Timed);
        Print(session, response, response.Header, $"Role {role} created");
    }

    private static async Task DeleteAsync(CtlSession session)
    {
        var role = Role(session, "delete");
        var client = await session.ClientAsync();
        var response = await client.Auth.RoleDeleteAsync(new AuthRoleDeleteRequest { Role = role }, session.Timed);
        Print(session, response, response.Header, $"Role {role} deleted");
    }

    private static async Task GetAsync(CtlSession session)
    {
        var role = Role(session, "get");
        var client = await session.ClientAsync();
        session.Print(RoleReport.Get(role, await client.Auth.RoleGetAsync(new AuthRoleGetRequest { Role = role }, session.Timed)));
    }

    private static async Task ListAsync(CtlSession session)
    {
        if (session.Arguments.Count > 0)
        {
            throw new CliFailure(CliFailure.BadArguments, "role list command requires no arguments");
        }

        var client = await session.ClientAsync();
        var response = await client.Auth.RoleListAsync(new AuthRoleListRequest(), session.Timed);
        session.Print(new Report
        {
            Message = response,
            Simple = writer => writer.Output.Write(string.Concat(response.Roles.Select(role => role + "\n"))),
            Fields = writer =>
            {
                writer.Header(response.Header);
                writer.Output.WriteLine($"\"Roles\" :{string.Concat(response.Roles.Select(role => " " + GoText.Quote(role)))}");
            },
        });
    }

    private static async Task GrantAsync(CtlSession session)
    {
        if (session.Arguments.Count < 3)
        {
            throw new CliFailure(
                CliFailure.BadArguments, "role grant command requires role name, permission type, and key [endkey] as its argument");
        }

        var type = session.Arguments[1].ToUpperInvariant() switch
        {
            "READ" => Permission.Types.Type.Read,
            "WRITE" => Permission.Types.Type.Write,
            "READWRITE" => Permission.Types.Type.Readwrite,
            _ => throw new CliFailure(CliFailure.BadArguments, $"invalid permission type: {session.Arguments[1]}"),
        };
        var (key, end) = Range(session.Call, [.. session.Arguments.Skip(2)]);
        var client = await session.ClientAsync();
        var request = new AuthRoleGrantPermissionRequest
        {
            Name = session.Arguments[0],
            Perm = new Permission { PermType = type, Key = key, RangeEnd = end },
        };
        var response = await client.Auth.RoleGrantPermissionAsync(request, session.Timed);
        Print(session, response, response.Header, $"Role {session.Arguments[0]} updated");
    }

    private static async Task RevokeAsync(CtlSession session)
    {
        if (session.Arguments.Count < 2)
        {
            throw new CliFailure(CliFailure.BadArguments, "role revoke-permission command requires role name and key [endkey] as its argument");
        }

        var (role, shown) = (session.Arguments[0], session.Arguments[1]);
        var (key, end) = Range(session.Call, [.. session.Arguments.Skip(1)]);
        var client = await session.ClientAsync();
        var request = new AuthRoleRevokePermissionRequest { Role = role, Key = key, RangeEnd = end };
        var response = await client.Auth.RoleRevokePermissionAsync(request, session.Timed);
        var what = end.IsEmpty ? $"key {shown} is"
            : end == KeyRange.Zero ? $"range [{shown}, <open ended> is"
            : $"range [{shown}, {RawText.Decode(end.Span)}) is";
        Print(session, response, response.Header, $"Permission of {what} revoked from role {role}");
    }

    private static (ByteString Key, ByteString End) Range(CliCall call, string[] words)
    {
        var (isPrefix, isFrom) = (call.IsOn("prefix"), call.IsOn("from-key"));
        var key = KeyRange.Bytes(words[0]);
        if (isPrefix && isFrom && (key.IsEmpty || words.Length == 1))
        {
            throw new CliFailure(CliFailure.BadArguments, Exclusive);
        }

        if (key.IsEmpty)
        {
            return (KeyRange.Zero, isPrefix || isFrom ? KeyRange.Zero : ByteString.Empty);
        }

        if (words.Length == 1)
        {
            return (key, isPrefix ? KeyRange.PrefixEnd(key) : isFrom ? KeyRange.Zero : ByteString.Empty);
        }

        return isPrefix || isFrom
            ? throw new CliFailure(CliFailure.BadArguments, $"unexpected endkey argument with --{(isPrefix ? "prefix" : "from-key")} flag")
            : (key, KeyRange.Bytes(words[1]));
    }

    private static void Print(CtlSession session, IMessage response, ResponseHeader header, string line) => session.Print(new Report
    {
        Message = response,
        Simple = writer => writer.Line(line),
        Fields = writer => writer.Header(header),
    });
}
