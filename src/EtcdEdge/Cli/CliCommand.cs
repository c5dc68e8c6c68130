namespace EtcdEdge.Cli;

/// <summary>A command of a tool: something to run, or a group of others (cobra's model, whose texts etcd's tools print).</summary>
internal sealed class CliCommand
{
    public required string Name { get; init; }

    /// <summary>One line for the list of commands.</summary>
    public required string Short { get; init; }

    /// <summary>What stands behind the name in the usage line.</summary>
    public string Arguments { get; init; } = "";

    public CliFlag[] Flags { get; init; } = [];

    /// <summary>Flags that all commands below take as well.</summary>
    public CliFlag[] GlobalFlags { get; init; } = [];

    /// <summary>Names of flags without which it does not run.</summary>
    public string[] Required { get; init; } = [];

    public CliCommand[] Children { get; init; } = [];

    /// <summary>Why a command of etcd's tool is none of this one's, and what to do instead; it is not listed then, and any flags lead here.</summary>
    public string? Refusal { get; init; }

    /// <summary>The exit code that goes with it.</summary>
    public int RefusalCode { get; init; } = CliFailure.BadFeature;

    /// <summary>Null for a group.</summary>
    public Func<CliCall, int>? Run { get; init; }

    /// <summary>The child of that name, or the only one whose name begins so (etcd's tools switch cobra's prefix matching on).</summary>
    public CliCommand? Child(string name)
    {
        var exact = Array.Find(Children, child => child.Name == name);
        var starting = Array.FindAll(Children, child => child.Name.StartsWith(name, StringComparison.Ordinal));
        return exact ?? (starting is [var only] ? only : null);
    }
}
