using EtcdEdge.Bench;

// Each command measures one part alone and prints a Markdown table.
switch (args)
{
    case ["wal", .. var rest]:
        WalBench.Run(rest.Length > 0 ? rest[0] : Path.GetTempPath(), rest.Length > 1 ? int.Parse(rest[1], null) : 1000);
        return 0;
    default:
        Console.Error.WriteLine("usage: EtcdEdge.Bench wal [DIRECTORY] [GROUPS]");
        return 1;
}
