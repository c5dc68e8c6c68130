using System.Globalization;

namespace EtcdEdge.Differential;

/// <summary>The command line; scripts/differential says what the options mean.</summary>
internal sealed record Options
{
    public int Seed { get; private init; } = 1;

    public int Count { get; private init; } = 10;

    public int Steps { get; private init; } = 400;

    /// <summary>How long to look for a shorter sequence with the same difference.</summary>
    public TimeSpan Shrink { get; private init; } = TimeSpan.FromSeconds(60);

    public string Reference { get; private init; } = "out/peer/bin/etcd";

    public string Subject { get; private init; } = Environment.GetEnvironmentVariable("ETCDEDGE_BIN") ?? "out/linux-x64/etcdedge";

    /// <summary>Which calls are made.</summary>
    public Calls Calls { get; private init; }

    /// <summary>The v2 API instead, against etcd 3.4.</summary>
    public bool V2 { get; private init; }

    /// <summary>Where etcd 3.4 is.</summary>
    public string ReferenceV2 { get; private init; } = "out/peer/bin/etcd-3.4";

    /// <summary>Goes on with the next seed after a difference instead of stopping.</summary>
    public bool KeepGoing { get; private init; }

    /// <summary>Sends <see cref="Count"/> mutated inputs to the subject alone instead of comparing.</summary>
    public bool Fuzz { get; private init; }

    /// <summary>Sends <see cref="Count"/> messages between members of clusters of the subject instead.</summary>
    public bool FuzzPeers { get; private init; }

    /// <summary>Prints each call with the reference's answer.</summary>
    public bool Trace { get; private init; }

    /// <summary>Prints the table of known differences as Markdown and ends.</summary>
    public bool ListDifferences { get; private init; }

    /// <summary>Throws <see cref="ArgumentException"/> on a word that is no option.</summary>
    public static Options Parse(ReadOnlySpan<string> words)
    {
        var options = new Options();
        while (!words.IsEmpty)
        {
            options = words switch
            {
                ["--keep-going", ..] => options with { KeepGoing = true },
                ["--auth", ..] => options with { Calls = Calls.Auth },
                ["--gateway", ..] => options with { Calls = Calls.Gateway },
                ["--fuzz", ..] => options with { Fuzz = true },
                ["--fuzz-peers", ..] => options with { FuzzPeers = true },
                ["--v2", ..] => options with { V2 = true },
                ["--trace", ..] => options with { Trace = true },
                ["--list-differences", ..] => options with { ListDifferences = true },
                ["--seed", var n, ..] => options with { Seed = Number(n) },
                ["--count", var n, ..] => options with { Count = Number(n) },
                ["--steps", var n, ..] => options with { Steps = Number(n) },
                ["--shrink", var n, ..] => options with { Shrink = TimeSpan.FromSeconds(Number(n)) },
                ["--reference", var file, ..] => options with { Reference = file },
                ["--subject", var file, ..] => options with { Subject = file },
                _ => throw new ArgumentException($"not understood: {words[0]}"),
            };
            words = words[(words[0] is "--keep-going" or "--auth" or "--gateway" or "--fuzz" or "--fuzz-peers" or "--v2"
                or "--trace" or "--list-differences" ? 1 : 2)..];
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
