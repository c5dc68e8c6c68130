using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl compaction.</summary>
internal static class CompactionCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "compaction",
        Group = CommandGroups.KeyValue,
        Arguments = "[options] <revision>",
        Short = "Compacts the event history in etcd",
        Flags = [new CliFlag("physical", "", "'true' to wait for compaction to physically remove all old revisions")],
        Run = call => CtlSession.Run(call, RunAsync),
    };

    private static async Task RunAsync(CtlSession session)
    {
        if (session.Arguments is not [var text])
        {
            throw new CliFailure(CliFailure.BadArguments, "compaction command needs 1 argument");
        }

        var revision = Identity.Parse(() => GoText.ParseInt(text, 10), CliFailure.Error);
        var client = await session.ClientAsync();
        await client.Kv.CompactAsync(new CompactionRequest { Revision = revision, Physical = session.Call.IsOn("physical") }, session.Timed);
        CtlConsole.Out.WriteLine($"compacted revision {revision}");
    }
}
