using EtcdEdge.Bench;

// Each command measures one part alone and prints a Markdown table.
switch (args)
{
    case ["wal", .. var rest]:
        WalBench.Run(rest.Length > 0 ? rest[0] : Path.GetTempPath(), rest.Length > 1 ? int.Parse(rest[1], null) : 1000);
        return 0;
    case ["watch", var endpoint, var watchers, var streams, var puts, .. var server]:
        await StreamBench.WatchAsync(endpoint, int.Parse(watchers, null), int.Parse(streams, null), int.Parse(puts, null), ProcessId(server));
        return 0;
    case ["keepalive", var endpoint, var streams, var window, var renewals, .. var server]:
        await StreamBench.KeepAliveAsync(endpoint, int.Parse(streams, null), int.Parse(window, null), int.Parse(renewals, null), ProcessId(server));
        return 0;
    default:
        Console.Error.WriteLine("""
            usage: EtcdEdge.Bench wal [DIRECTORY] [GROUPS]
                   EtcdEdge.Bench watch ENDPOINT WATCHERS STREAMS PUTS [SERVER_PID]
                   EtcdEdge.Bench keepalive ENDPOINT STREAMS WINDOW RENEWALS [SERVER_PID]
            """);
        return 1;
}

static int ProcessId(string[] rest) => rest.Length > 0 ? int.Parse(rest[0], null) : 0;
