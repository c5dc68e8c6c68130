using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;
using Google.Protobuf;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl user.</summary>
internal static class UserCommands
{
    private static readonly CliFlag s_interactive = new(
        "interactive", "", "If true, read password from stdin instead of interactive terminal", "true");

    public static CliCommand Command { get; } = new()
    {
        Name = "user",
        Group = CommandGroups.Authentication,
        Short = "User related commands. Use `etcdctl user --help` to see subcommands",
        Long = "User related commands",
        Children =
        [
            new CliCommand
            {
                Name = "add",
                Arguments = "<user name or user:password> [options]",
                Short = "Adds a new user",
                Flags =
                [
                    s_interactive with { Description = "Read password from stdin instead of interactive terminal" },
                    new CliFlag("new-user-password", "string", "Supply password from the command line flag"),
                    new CliFlag("no-password", "", "Create a user without password (CN based auth only)"),
                ],
                Run = call => CtlSession.Run(call, AddAsync),
            },
            Child("delete", "<user name>", "Deletes a user", DeleteAsync),
            Child("get", "<user name> [options]", "Gets detailed information of a user", GetAsync,
                new CliFlag("detail", "", "Show permissions of roles granted to the user")),
            Child("list", "", "Lists all users", ListAsync),
            Child("passwd", "<user name> [options]", "Changes password of user", PasswordAsync, s_interactive),
            Child("grant-role", "<user name> <role name>", "Grants a role to a user", GrantAsync),
            Child("revoke-role", "<user name> <role name>", "Revokes a role from a user", RevokeAsync),
        ],
    };

    private static CliCommand Child(string name, string arguments, string text, Func<CtlSession, Task> run, params CliFlag[] flags) =>
        new() { Name = name, Arguments = arguments, Short = text, Flags = flags, Run = call => CtlSession.Run(call, run) };

    private static string[] Arguments(CtlSession session, int count, string usage) =>
        session.Arguments.Count == count ? [.. session.Arguments] : throw new CliFailure(CliFailure.BadArguments, usage);

    private static async Task AddAsync(CtlSession session)
    {
        var name = Arguments(session, 1, "user add command requires user name as its argument")[0];
        var (user, password) = NewUser(session.Call, name);
        var client = await session.ClientAsync();
        var request = new AuthUserAddRequest
        {
            Name = user,
            Password = password,
            Options = new UserAddOptions { NoPassword = session.Call.IsOn("no-password") },
        };
        var response = await client.Auth.UserAddAsync(request, session.Timed);
        Print(session, response, response.Header, $"User {user} created");
    }

    private static (string User, string Password) NewUser(CliCall call, string name)
    {
        if (call.IsOn("no-password"))
        {
            return (name, "");
        }

        if (call.Text("new-user-password") is { Length: > 0 } password)
        {
            return (name, password);
        }

        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (name, NewPassword(call, name))
            : colon > 0 ? (name[..colon], name[(colon + 1)..])
            : throw new CliFailure(CliFailure.BadArguments, "empty user name is not allowed");
    }

    private static string NewPassword(CliCall call, string name)
    {
        if (!call.IsOn("interactive"))
        {
            return CtlConsole.In.ReadLastLine()?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        }

        var password = Ask($"Password of {name}: ");
        if (password.Length == 0)
        {
            throw new CliFailure(CliFailure.BadArguments, "empty password");
        }

        return Ask($"Type password of {name} again for confirmation: ") == password ? password
            : throw new CliFailure(CliFailure.BadArguments, "given passwords are different");
    }

    private static string Ask(string prompt)
    {
        try
        {
            return PasswordPrompt.Ask(prompt);
        }
        catch (CliFailure ended)
        {
            throw new CliFailure(CliFailure.BadArguments, $"failed to ask password: {ended.Message}");
        }
    }

    private static async Task DeleteAsync(CtlSession session)
    {
        var name = Arguments(session, 1, "user delete command requires user name as its argument")[0];
        var client = await session.ClientAsync();
        var response = await client.Auth.UserDeleteAsync(new AuthUserDeleteRequest { Name = name }, session.Timed);
        Print(session, response, response.Header, $"User {name} deleted");
    }

    private static async Task GetAsync(CtlSession session)
    {
        var name = Arguments(session, 1, "user get command requires user name as its argument")[0];
        var client = await session.ClientAsync();
        var response = await client.Auth.UserGetAsync(new AuthUserGetRequest { Name = name }, session.Timed);
        if (!session.Call.IsOn("detail"))
        {
            session.Print(new Report
            {
                Message = response,
                Simple = writer => writer.Line($"User: {name}\nRoles:{string.Concat(response.Roles.Select(role => " " + role))}"),
            });
            return;
        }

        CtlConsole.Out.WriteLine($"User: {name}");
        foreach (var role in response.Roles)
        {
            CtlConsole.Out.WriteLine();
            session.Print(RoleReport.Get(role, await client.Auth.RoleGetAsync(new AuthRoleGetRequest { Role = role }, session.Timed)));
        }
    }

    private static async Task ListAsync(CtlSession session)
    {
        Arguments(session, 0, "user list command requires no arguments");
        var client = await session.ClientAsync();
        var response = await client.Auth.UserListAsync(new AuthUserListRequest(), session.Timed);
        session.Print(new Report
        {
            Message = response,
            Simple = writer => writer.Output.Write(string.Concat(response.Users.Select(user => user + "\n"))),
        });
    }

    private static async Task PasswordAsync(CtlSession session)
    {
        var name = Arguments(session, 1, "user passwd command requires user name as its argument")[0];
        var request = new AuthUserChangePasswordRequest { Name = name, Password = NewPassword(session.Call, name) };
        var client = await session.ClientAsync();
        var response = await client.Auth.UserChangePasswordAsync(request, session.Timed);
        Print(session, response, response.Header, "Password updated");
    }

    private static async Task GrantAsync(CtlSession session)
    {
        var names = Arguments(session, 2, "user grant command requires user name and role name as its argument");
        var client = await session.ClientAsync();
        var response = await client.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = names[0], Role = names[1] }, session.Timed);
        Print(session, response, response.Header, $"Role {names[1]} is granted to user {names[0]}");
    }

    private static async Task RevokeAsync(CtlSession session)
    {
        var names = Arguments(session, 2, "user revoke-role requires user name and role name as its argument");
        var client = await session.ClientAsync();
        var response = await client.Auth.UserRevokeRoleAsync(new AuthUserRevokeRoleRequest { Name = names[0], Role = names[1] }, session.Timed);
        Print(session, response, response.Header, $"Role {names[1]} is revoked from user {names[0]}");
    }

    private static void Print(CtlSession session, IMessage response, ResponseHeader header, string line) => session.Print(new Report
    {
        Message = response,
        Simple = writer => writer.Line(line),
        Fields = writer => writer.Header(header),
    });
}
