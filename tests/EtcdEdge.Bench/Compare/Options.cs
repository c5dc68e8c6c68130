using System.Globalization;

namespace EtcdEdge.Bench.Compare;

/// <summary>The command line of compare.</summary>
internal sealed record Options
{
    public int Rounds { get; private init; } = 5;

    /// <summary>The scenarios to run, by name; empty runs all.</summary>
    public string[] Rows { get; private init; } = [];

    /// <summary>A tenth of the work, to try the bench itself; its numbers mean little.</summary>
    public bool Quick { get; private init; }

    public string Etcd { get; private init; } = "out/peer/bin/etcd";

    public string EtcdEdge { get; private init; } = Environment.GetEnvironmentVariable("ETCDEDGE_BIN") ?? "out/linux-x64/etcdedge";

    /// <summary>Where the data directories are made; both servers' on the same file system.</summary>
    public string Directory { get; private init; } = Path.GetTempPath();

    /// <summary>Throws <see cref="ArgumentException"/> on a word that is no option.</summary>
    public static Options Parse(ReadOnlySpan<string> words)
    {
        var options = new Options();
        while (!words.IsEmpty)
        {
            options = words switch
            {
                ["--quick", ..] => options with { Quick = true },
                ["--rounds", var n, ..] => options with { Rounds = int.Parse(n, CultureInfo.InvariantCulture) },
                ["--rows", var names, ..] => options with { Rows = names.Split(',') },
                ["--etcd", var file, ..] => options with { Etcd = file },
                ["--etcdedge", var file, ..] => options with { EtcdEdge = file },
                ["--directory", var path, ..] => options with { Directory = path },
                _ => throw new ArgumentException($"not understood: {words[0]}"),
            };
            words = words[(words[0] == "--quick" ? 1 : 2)..];
        }

        return options;
    }
}
