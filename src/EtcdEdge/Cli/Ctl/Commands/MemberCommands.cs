using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using EtcdEdge.Cli.Ctl.Writers;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl member.</summary>
internal static class MemberCommands
{
    private const string NoMember = "member ID is not provided";

    public static CliCommand Command { get; } = new()
    {
        Name = "member",
        Group = CommandGroups.Maintenance,
        Short = "Membership related commands. Use `etcdctl member --help` to see subcommands",
        Long = "Membership related commands",
        Children =
        [
            new CliCommand
            {
                Name = "add",
                Arguments = "<memberName> [options]",
                Short = "Adds a member into the cluster",
                Flags =
                [
                    new CliFlag("peer-urls", "string", "comma separated peer URLs for the new member."),
                    new CliFlag("learner", "", "indicates if the new member is raft learner"),
                ],
                Run = call => CtlSession.Run(call, AddAsync),
            },
            new CliCommand
            {
                Name = "remove",
                Arguments = "<memberID>",
                Short = "Removes a member from the cluster",
                Run = call => CtlSession.Run(call, RemoveAsync),
            },
            new CliCommand
            {
                Name = "update",
                Arguments = "<memberID> [options]",
                Short = "Updates a member in the cluster",
                Flags = [new CliFlag("peer-urls", "string", "comma separated peer URLs for the updated member.")],
                Run = call => CtlSession.Run(call, UpdateAsync),
            },
            new CliCommand
            {
                Name = "list",
                Short = "Lists all members in the cluster",
                Long = """
                    When --write-out is set to simple, this command prints out comma-separated member lists for each endpoint.
                    The items in the lists are ID, Status, Name, Peer Addrs, Client Addrs, Is Learner.
                    """,
                Flags = [new CliFlag("consistency", "string", "Linearizable(l) or Serializable(s)", "l") { Values = ["l", "s"] }],
                Run = call => CtlSession.Run(call, ListAsync),
            },
            new CliCommand
            {
                Name = "promote",
                Arguments = "<memberID>",
                Short = "Promotes a non-voting member in the cluster",
                Long = "Promotes a non-voting learner member to a voting one in the cluster.",
                Run = call => CtlSession.Run(call, PromoteAsync),
            },
        ],
    };

    private static async Task AddAsync(CtlSession session)
    {
        if (session.Arguments.Count == 0)
        {
            throw new CliFailure(CliFailure.BadArguments, "member name not provided");
        }

        if (session.Arguments.Count > 1)
        {
            var urls = session.Arguments.Where(word => word.StartsWith("http", StringComparison.OrdinalIgnoreCase));
            var hints = string.Concat(urls.Select(url => $", did you mean --peer-urls={url}"));
            throw new CliFailure(CliFailure.BadArguments, "too many arguments" + hints);
        }

        var request = new MemberAddRequest { PeerURLs = { PeerUrls.Parse(session.Call) }, IsLearner = session.Call.IsOn("learner") };
        var client = await session.ClientAsync();
        var response = await client.Cluster.MemberAddAsync(request, session.Timed);
        var asLearner = response.Member.IsLearner ? " as learner " : " ";
        session.Print(MemberReport.Change(
            response, response.Header, response.Member, response.Members,
            $"Member {response.Member.ID,16:x} added{asLearner}to cluster {response.Header.ClusterId,16:x}"));
        if (session.Format == OutputFormat.Simple)
        {
            PrintConfiguration(session, response);
        }
    }

    private static void PrintConfiguration(CtlSession session, MemberAddResponse response)
    {
        var name = session.Arguments[0];
        var peers = response.Members.SelectMany(
            member => member.PeerURLs.Select(url => $"{(member.ID == response.Member.ID ? name : member.Name)}={url}"));
        CtlConsole.Out.Write(
            $"""

            ETCD_NAME={GoText.Quote(name)}
            ETCD_INITIAL_CLUSTER={GoText.Quote(string.Join(',', peers))}
            ETCD_INITIAL_ADVERTISE_PEER_URLS={GoText.Quote(session.Call.Text("peer-urls"))}
            ETCD_INITIAL_CLUSTER_STATE="existing"

            """);
    }

    private static async Task RemoveAsync(CtlSession session)
    {
        var id = MemberOf(session);
        var client = await session.ClientAsync();
        var response = await client.Cluster.MemberRemoveAsync(new MemberRemoveRequest { ID = id }, session.Timed);
        session.Print(MemberReport.Change(
            response, response.Header, null, response.Members, $"Member {id,16:x} removed from cluster {response.Header.ClusterId,16:x}"));
    }

    private static async Task UpdateAsync(CtlSession session)
    {
        var id = MemberOf(session);
        var request = new MemberUpdateRequest { ID = id, PeerURLs = { PeerUrls.Parse(session.Call) } };
        var client = await session.ClientAsync();
        var response = await client.Cluster.MemberUpdateAsync(request, session.Timed);
        session.Print(MemberReport.Change(
            response, response.Header, null, response.Members, $"Member {id,16:x} updated in cluster {response.Header.ClusterId,16:x}"));
    }

    private static async Task PromoteAsync(CtlSession session)
    {
        var id = MemberOf(session);
        var client = await session.ClientAsync();
        var response = await client.Cluster.MemberPromoteAsync(new MemberPromoteRequest { ID = id }, session.Timed);
        session.Print(MemberReport.Change(
            response, response.Header, null, response.Members, $"Member {id,16:x} promoted in cluster {response.Header.ClusterId,16:x}"));
    }

    private static async Task ListAsync(CtlSession session)
    {
        var request = new MemberListRequest { Linearizable = !Consistency.IsSerializable(session.Call) };
        var client = await session.ClientAsync();
        session.Print(MemberReport.List(await client.Cluster.MemberListAsync(request, session.Timed)));
    }

    private static ulong MemberOf(CtlSession session) =>
        session.Arguments is [var id] ? Identity.Member(id) : throw new CliFailure(CliFailure.BadArguments, NoMember);
}
