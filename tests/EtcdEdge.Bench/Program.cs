using EtcdEdge.Bench;
using EtcdEdge.Bench.Compare;

// Each command measures one part alone, or whole servers side by side, and prints a Markdown table.
switch (args)
{
    case ["wal", .. var rest]:
        WalBench.Run(rest.Length > 0 ? rest[0] : Path.GetTempPath(), rest.Length > 1 ? int.Parse(rest[1], null) : 1000);
        return 0;
    case ["compare", .. var rest]:
        return await Comparison.RunAsync(Options.Parse(rest));
    case ["load", var port, var keys, var valueBytes]:
        Load.Txns(int.Parse(port, null), int.Parse(keys, null), int.Parse(valueBytes, null));
        return 0;
    default:
        Console.Error.WriteLine("usage: EtcdEdge.Bench wal [DIRECTORY] [GROUPS]");
        Console.Error.WriteLine("       EtcdEdge.Bench load PORT KEYS VALUE-BYTES");
        Console.Error.WriteLine("       EtcdEdge.Bench compare [--rounds N] [--rows NAME,NAME] [--quick] [--etcd FILE] [--etcdedge FILE]");
        return 1;
}
