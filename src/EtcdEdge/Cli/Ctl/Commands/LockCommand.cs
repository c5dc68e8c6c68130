using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Concurrency;
using EtcdEdge.Cli.Ctl.Session;
using Google.Protobuf;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl lock.</summary>
internal static class LockCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "lock",
        Group = CommandGroups.Concurrency,
        Arguments = "<lockname> [exec-command arg1 arg2 ...]",
        Short = "Acquires a named lock",
        Flags = [new CliFlag("ttl", "int", "timeout for session", "10")],
        Run = call => CtlSession.RunForCode(call, RunAsync),
    };

    private static async Task<int> RunAsync(CtlSession session)
    {
        if (session.Arguments.Count == 0)
        {
            throw new CliFailure(CliFailure.BadArguments, "lock takes a lock name argument and an optional command to execute");
        }

        var client = await session.ClientAsync();
        using var interrupt = new Interrupt();
        await using var lease = await LeaseSession.OpenAsync(client, session.Call.Number("ttl"), session.Fresh());
        var entry = new QueueEntry(lease, session.Arguments[0]);
        try
        {
            await entry.EnterAsync(ByteString.Empty, interrupt.Token);
            await entry.WaitAsync(interrupt.Token);
        }
        catch (OperationCanceledException)
        {
            throw new CliFailure(CliFailure.Error, "context canceled");
        }

        return session.Arguments.Count > 1 ? await ExecuteAsync(session, entry) : await HoldAsync(session, lease, entry, interrupt);
    }

    private static async Task<int> ExecuteAsync(CtlSession session, QueueEntry entry)
    {
        var (exitCode, problem) = ChildProcess.Run([.. session.Arguments.Skip(1)], new Dictionary<string, string>
        {
            ["ETCD_LOCK_KEY"] = RawText.Decode(entry.Key.Span),
            ["ETCD_LOCK_REV"] = $"{entry.Revision}",
        });
        await entry.LeaveAsync();
        return problem is null ? 0 : throw new CliFailure(exitCode, problem);
    }

    private static async Task<int> HoldAsync(CtlSession session, LeaseSession lease, QueueEntry entry, Interrupt interrupt)
    {
        var response = await entry.GetAsync(session.Fresh());
        if (response.Kvs.Count == 0)
        {
            throw new CliFailure(CliFailure.Error, "lock lost on init");
        }

        session.Print(GetCommand.Report(response));
        CtlConsole.Out.Flush();
        if (await Task.WhenAny(lease.Expired, interrupt.Received) == lease.Expired)
        {
            throw new CliFailure(CliFailure.Error, "session expired");
        }

        await entry.LeaveAsync();
        return 0;
    }
}
