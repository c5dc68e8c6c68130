using System.Globalization;

namespace EtcdEdge.Cli;

/// <summary>A command line that fits its command: flags with their values or defaults, and the arguments.</summary>
internal sealed class CliCall(IReadOnlyDictionary<string, string> flags, IReadOnlyList<string> arguments)
{
    public IReadOnlyList<string> Arguments { get; } = arguments;

    public string Text(string flag) => flags[flag];

    public bool IsOn(string flag) => bool.Parse(flags[flag]);

    public ulong Unsigned(string flag) => ulong.Parse(flags[flag], CultureInfo.InvariantCulture);

    public long Number(string flag) => long.Parse(flags[flag], CultureInfo.InvariantCulture);
}
