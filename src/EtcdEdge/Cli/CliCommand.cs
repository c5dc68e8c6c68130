namespace EtcdEdge.Cli;

/// <summary>A command of a tool: something to run, or a group of others (cobra's model, whose texts etcd's tools print).</summary>
internal sealed class CliCommand
{
    public required string Name { get; init; }

    /// <summary>One line for the list of commands.</summary>
    public required string Short { get; init; }

    /// <summary>Paragraphs for the command's own help page; empty: <see cref="Short"/>.</summary>
    public string Long { get; init; } = "";

    /// <summary>Calls with their explanation, for the help page.</summary>
    public string Example { get; init; } = "";

    /// <summary>The text after the name in the usage line.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>The heading of its parent's list that it is shown under; empty where the parent has no headings.</summary>
    public string Group { get; init; } = "";

    /// <summary>Headings for <see cref="Children"/>, in their order.</summary>
    public string[] Groups { get; init; } = [];

    /// <summary>Runs, and is not listed: a command of older releases.</summary>
    public bool IsHidden { get; init; }

    public CliFlag[] Flags { get; init; } = [];

    /// <summary>Flags that all commands below take as well.</summary>
    public CliFlag[] GlobalFlags { get; init; } = [];

    /// <summary>Names of flags without which it does not run.</summary>
    public string[] Required { get; init; } = [];

    /// <summary>The only values of its one argument; empty: any arguments.</summary>
    public string[] ArgumentValues { get; init; } = [];

    public CliCommand[] Children { get; init; } = [];

    /// <summary>The reason why a command of etcd's tool does not exist here, and what to do instead. It is not listed, and takes any flags.</summary>
    public string? Refusal { get; init; }

    /// <summary>The exit code of a refusal.</summary>
    public int RefusalCode { get; init; } = CliFailure.BadFeature;

    /// <summary>Null for a group.</summary>
    public Func<CliCall, int>? Run { get; init; }

    /// <summary>True for a command in its parent's list.</summary>
    public bool IsListed => Refusal is null && !IsHidden;

    /// <summary>The child of that name, or the only listed one whose name begins so (etcd's tools switch cobra's prefix matching on).</summary>
    public CliCommand? Child(string name)
    {
        var exact = Array.Find(Children, child => child.Name == name);
        var starting = Array.FindAll(Children, child => child.IsListed && child.Name.StartsWith(name, StringComparison.Ordinal));
        return exact ?? (starting is [var only] ? only : null);
    }
}
