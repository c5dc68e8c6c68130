using System.Text;
using EtcdEdge.StateMachine.Watch;
using EtcdEdge.Testing;

namespace EtcdEdge.StateMachine.Tests.Watch;

/// <summary>
/// The hub and its streams. <c>write</c> lines change the store ("k=v" puts, "k" deletes, one line is one revision);
/// <c>pass</c> lets the hub follow; streams without a room print what they get at once, the others when they <c>read</c>.
/// </summary>
internal sealed class WatchScript
{
    private readonly WatchWorld _world = new();
    private readonly SortedDictionary<string, (WatchStream Stream, RecordingSink Sink, bool ReadsItself)> _streams = new(StringComparer.Ordinal);

    public string Run(DataDriven.Command command) => Change(command) ?? Watch(command);

    private string? Change(DataDriven.Command command)
    {
        switch (command.Name)
        {
            case "write":
                return Write(command);
            case "compact":
                return _world.Compact(command.Number("rev", 0)) + Show();
            case "pass":
                _world.Settle((int)command.Number("slices", int.MaxValue));
                return Show();
            case "tick":
                _world.Hub.Tick(command.Number("now", 0));
                return Show();
            default:
                return null;
        }
    }

    private string Write(DataDriven.Command command)
    {
        var revision = 0L;
        for (var times = command.Number("times", 1); times > 0; times--)
        {
            foreach (var line in command.Input.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                revision = _world.Write([.. line.Split(' ').Select(Parse)]);
            }
        }

        return $"revision {revision}";
    }

    private string Watch(DataDriven.Command command)
    {
        if (command.Name == "open")
        {
            var sink = new RecordingSink((int)command.Number("room", int.MaxValue));
            var opened = _world.Hub.Open(sink, command.Number("interval", 1000), 0);
            _streams.Add(command.Args[0], (opened, sink, !command.Has("room")));
            return "";
        }

        var (stream, reader, _) = _streams[command.Args[0]];
        switch (command.Name)
        {
            case "create":
                _world.Hub.Create(stream, Spec(command));
                return Show();
            case "cancel":
                _world.Hub.Cancel(stream, command.Number("id", 0));
                return Show();
            case "progress":
                _world.Hub.RequestProgress(stream);
                return Show();
            case "close":
                _world.Hub.Close(stream);
                _streams.Remove(command.Args[0]);
                return $"watchers={_world.Hub.WatcherCount} slow={_world.Hub.SlowCount} streams={_world.Hub.StreamCount}";
            case "read":
                return Read(command.Args[0], stream, reader);
            default:
                throw new ArgumentException($"{command.Position}: unknown command {command.Name}");
        }
    }

    private string Read(string name, WatchStream stream, RecordingSink sink)
    {
        var hasRefused = sink.HasRefused;
        var shown = Show(name, sink.Read());
        if (hasRefused)
        {
            _world.Hub.Drained(stream);
        }

        return shown + (hasRefused ? "(had refused)\n" : "");
    }

    private string Show()
    {
        var shown = new StringBuilder();
        foreach (var (name, (_, sink, readsItself)) in _streams)
        {
            shown.Append(readsItself ? Show(name, sink.Read()) : "");
        }

        return shown.ToString();
    }

    private static string Show(string name, IReadOnlyList<WatchDelivery> deliveries) =>
        string.Concat(deliveries.Select(delivery => $"{name}: {Show(delivery)}\n"));

    private static string Show(in WatchDelivery delivery)
    {
        var shown = new StringBuilder($"{delivery.Kind} id={delivery.WatchId} rev={delivery.Revision}");
        shown.Append(delivery.Kind == WatchDeliveryKind.Compacted ? $" compact={delivery.CompactRevision}" : "");
        shown.Append(delivery.Kind == WatchDeliveryKind.Refused ? $" {delivery.Refusal}" : "");
        foreach (var watched in delivery.Batch?.Events ?? [])
        {
            var record = watched.Record;
            shown.Append(record.IsTombstone ? $" -{Text(record.Key)}" : $" {Text(record.Key)}={Text(record.Value)}");
            shown.Append($"@{record.ModRevision}");
            shown.Append(delivery.PrevKv && watched.Previous is { } previous ? $"(was {Text(previous.Value)})" : "");
        }

        return shown.ToString();
    }

    private static WatchSpec Spec(DataDriven.Command command) => new()
    {
        WatchId = command.Number("id", 0),
        Key = Bytes(command.Option("key", "")),
        RangeEnd = Bytes(command.Option("end", "")),
        StartRevision = command.Number("rev", 0),
        PrevKv = command.Has("prev"),
        NoPut = command.Has("noput"),
        NoDelete = command.Has("nodelete"),
        ProgressNotify = command.Has("notify"),
    };

    private static (byte[] Key, byte[]? Value) Parse(string write)
    {
        var equals = write.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (Bytes(write), null) : (Bytes(write[..equals]), Bytes(write[(equals + 1)..]));
    }

    /// <summary>"\0" stands for one zero byte.</summary>
    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.Replace("\\0", "\0", StringComparison.Ordinal));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
