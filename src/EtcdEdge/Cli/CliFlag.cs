using System.Globalization;

namespace EtcdEdge.Cli;

/// <summary>A flag as etcd's tools have them (Go's pflag).</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Type">The word in the help for its value: "string", "strings", "uint", "int", "duration"; empty for a switch.</param>
/// <param name="Description">The help's text.</param>
/// <param name="Default">The value when it is not given.</param>
/// <param name="Short">Its letter; '\0' is none.</param>
internal sealed record CliFlag(string Name, string Type, string Description, string Default = "", char Short = '\0')
{
    public bool IsSwitch => Type.Length == 0;

    /// <summary>Values of repeated flags are joined with commas.</summary>
    public bool IsList => Type == "strings";

    /// <summary>Accepted and not listed: a flag of older releases.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Values that shell completion offers.</summary>
    public string[] Values { get; init; } = [];

    /// <summary>Left column of the help.</summary>
    public string Head => (Short == '\0' ? "      --" : $"  -{Short}, --") + Name + (IsSwitch ? "" : " " + Type);

    /// <summary>Right column of the help.</summary>
    public string Tail => IsZero ? Description : $"{Description} (default {ShownDefault})";

    private bool IsZero => Default is "" or "false" || (Type is "int" or "uint" && Default == "0");

    private string ShownDefault => Type switch
    {
        "string" => $"\"{Default}\"",
        "strings" => $"[{Default}]",
        _ => Default,
    };

    /// <summary>What is wrong with the value, in pflag's words; null when it is right.</summary>
    public string? Complaint(string value)
    {
        var problem = Problem(value);
        return problem is null ? null : $"invalid argument \"{value}\" for \"{(Short == '\0' ? "" : $"-{Short}, ")}--{Name}\" flag: {problem}";
    }

    /// <summary>As <see cref="Complaint"/>, without naming the flag.</summary>
    public string? Problem(string value) => Type switch
    {
        "uint" when !ulong.TryParse(value, CultureInfo.InvariantCulture, out _) => $"strconv.ParseUint: parsing \"{value}\": {NumberProblem(value)}",
        "int" when !long.TryParse(value, CultureInfo.InvariantCulture, out _) => $"strconv.ParseInt: parsing \"{value}\": {NumberProblem(value)}",
        "duration" when !GoDuration.TryParse(value, out _) => $"time: invalid duration \"{value}\"",
        "" when !GoText.TryParseBool(value, out _) => $"strconv.ParseBool: parsing \"{value}\": invalid syntax",
        _ => null,
    };

    private static string NumberProblem(string value) =>
        value.Length > 18 && value.TrimStart('-').All(char.IsAsciiDigit) ? "value out of range" : "invalid syntax";
}
