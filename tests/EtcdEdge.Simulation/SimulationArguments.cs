using System.Globalization;

namespace EtcdEdge.Simulation;

/// <summary>The command line of a run.</summary>
internal sealed record SimulationArguments
{
    public int Seed { get; private init; } = 1;

    public int Count { get; private init; } = 1;

    public int Members { get; private init; }

    public Bug Bug { get; private init; }

    public World.Fault? Focus { get; private init; }

    public bool Trace { get; private init; }

    /// <exception cref="FormatException">Something is not understood.</exception>
    public static SimulationArguments Parse(ReadOnlySpan<string> words)
    {
        var arguments = new SimulationArguments();
        for (var i = 0; i < words.Length; i++)
        {
            arguments = words[i] == "--trace"
                ? arguments with { Trace = true }
                : arguments.With(words[i], i + 1 < words.Length ? words[++i] : throw new FormatException($"{words[i]} needs a value"));
        }

        return arguments;
    }

    private SimulationArguments With(string flag, string value) => flag switch
    {
        "--seed" => this with { Seed = int.Parse(value, CultureInfo.InvariantCulture) },
        "--count" => this with { Count = int.Parse(value, CultureInfo.InvariantCulture) },
        "--members" => this with { Members = int.Parse(value, CultureInfo.InvariantCulture) },
        "--bug" => this with { Bug = Enum.TryParse(value, out Bug bug) ? bug : throw new FormatException($"there is no bug {value}") },
        "--fault" => this with
        {
            Focus = Enum.TryParse(value, out World.Fault fault) ? fault : throw new FormatException($"there is no fault {value}"),
        },
        _ => throw new FormatException($"what is {flag}? Known are --seed N, --count M, --members K, --bug NAME, --fault NAME, --trace"),
    };
}
