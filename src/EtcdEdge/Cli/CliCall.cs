using System.Globalization;

namespace EtcdEdge.Cli;

/// <summary>A command line that fits its command: flags with their values or defaults, and the arguments.</summary>
/// <param name="flags">Every flag of the command, by name.</param>
/// <param name="given">Names of the flags that the command line or the environment sets.</param>
/// <param name="arguments">The arguments, without the "--" that ends the flags.</param>
/// <param name="dashAt">How many arguments precede the "--"; -1 without one.</param>
internal sealed class CliCall(
    IReadOnlyDictionary<string, string> flags, IReadOnlySet<string> given, IReadOnlyList<string> arguments, int dashAt)
{
    public IReadOnlyList<string> Arguments { get; } = arguments;

    /// <summary>How many arguments precede the "--"; -1 without one.</summary>
    public int DashAt { get; } = dashAt;

    /// <summary>True when the command line or the environment gives the flag.</summary>
    public bool IsGiven(string flag) => given.Contains(flag);

    public string Text(string flag) => flags[flag];

    /// <summary>The values of a list, trimmed.</summary>
    public string[] List(string flag) => flags[flag].Split(',', StringSplitOptions.TrimEntries);

    public bool IsOn(string flag) => GoText.TryParseBool(flags[flag], out var isOn) && isOn;

    public ulong Unsigned(string flag) => ulong.Parse(flags[flag], CultureInfo.InvariantCulture);

    public long Number(string flag) => long.Parse(flags[flag], CultureInfo.InvariantCulture);

    public TimeSpan Duration(string flag) => GoDuration.TryParse(flags[flag], out var value) ? value : TimeSpan.Zero;
}
