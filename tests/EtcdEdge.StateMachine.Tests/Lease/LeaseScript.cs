using System.Text;
using EtcdEdge.StateMachine.Lease;
using EtcdEdge.Testing;

namespace EtcdEdge.StateMachine.Tests.Lease;

/// <summary>What the lessor answers to the log, to the leader's clock and to keepalives. Times are milliseconds.</summary>
internal sealed class LeaseScript
{
    private Lessor _lessor = new();

    public string Run(DataDriven.Command command)
    {
        if (command.Name == "new")
        {
            _lessor = new Lessor { CheckpointIntervalMs = command.Number("checkpoint", 0) };
            return "";
        }

        return Apply(_lessor, command) ?? Ask(_lessor, command);
    }

    /// <summary>What comes out of the log.</summary>
    private static string? Apply(Lessor lessor, DataDriven.Command command)
    {
        var id = command.Number("id", 0);
        switch (command.Name)
        {
            case "grant":
                return lessor.Grant(id, command.Number("ttl", 0)).ToString();
            case "attach":
                foreach (var key in command.Args)
                {
                    lessor.Attach(id, Bytes(key));
                }

                return Keys(lessor.KeysOf(id));
            case "detach":
                lessor.Detach(id, Bytes(command.Args[0]));
                return Keys(lessor.KeysOf(id));
            case "remove":
                return lessor.Remove(id) ? "removed" : "no such lease";
            case "checkpoint":
                lessor.Checkpoint(id, command.Number("left", 0));
                return "";
            case "records":
                return string.Join('\n', lessor.ToRecords().Select(r => $"{r.Id} ttl={r.TtlSeconds} left={r.CheckpointSeconds}"));
            default:
                return null;
        }
    }

    /// <summary>What the leader's clock has to say.</summary>
    private static string Ask(Lessor lessor, DataDriven.Command command)
    {
        var (id, now) = (command.Number("id", 0), command.Number("now", 0));
        switch (command.Name)
        {
            case "promote":
                lessor.Promote(now, command.Number("extend", 0));
                return "";
            case "demote":
                lessor.Demote();
                return "";
            case "start":
                lessor.Start(now);
                return "";
            case "renew":
                var renewal = lessor.Renew(id, now);
                return $"{renewal.Outcome} ttl={renewal.TtlSeconds}{(renewal.ClearsCheckpoint ? " clears checkpoint" : "")}";
            case "ttl":
                var error = lessor.TimeToLive(id, now, out var view);
                return view is null ? error.ToString() : $"left={view.RemainingSeconds} of {view.GrantedSeconds}; {Keys(view.Keys)}";
            case "list":
                return string.Join(' ', lessor.List(now));
            case "expired":
                return string.Join(' ', lessor.Expired(now, (int)command.Number("max", 1000)));
            case "due":
                return string.Join('\n', lessor.DueCheckpoints(now, (int)command.Number("max", 1000))
                    .Select(r => $"{r.Id} left={r.CheckpointSeconds}"));
            default:
                throw new ArgumentException($"{command.Position}: unknown command {command.Name}");
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Keys(IReadOnlyList<ReadOnlyMemory<byte>>? keys) =>
        keys is null ? "no such lease" : "keys: " + string.Join(' ', keys.Select(key => Encoding.UTF8.GetString(key.Span)));
}
