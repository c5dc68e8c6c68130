namespace EtcdEdge.Cli;

/// <summary>A flag as etcd's tools have them (Go's pflag).</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Type">The word the help shows for its value: "string", "uint", "int"; empty for a switch.</param>
/// <param name="Description">The help's text.</param>
/// <param name="Default">The value when it is not given.</param>
/// <param name="Short">Its letter; '\0' is none.</param>
internal sealed record CliFlag(string Name, string Type, string Description, string Default = "", char Short = '\0')
{
    public bool IsSwitch => Type.Length == 0;

    /// <summary>Left column of the help.</summary>
    public string Head => (Short == '\0' ? "      --" : $"  -{Short}, --") + Name + (IsSwitch ? "" : " " + Type);

    /// <summary>Right column of the help.</summary>
    public string Tail => Default is "" or "false" ? Description : $"{Description} (default {(Type == "string" ? $"\"{Default}\"" : Default)})";

    /// <summary>Why the value is none for this flag, in pflag's words; null when it is one.</summary>
    public string? Complaint(string value)
    {
        var shown = $"invalid argument \"{value}\" for \"{(Short == '\0' ? "" : $"-{Short}, ")}--{Name}\" flag: ";
        return Type switch
        {
            "uint" when !ulong.TryParse(value, out _) => $"{shown}strconv.ParseUint: parsing \"{value}\": invalid syntax",
            "int" when !long.TryParse(value, out _) => $"{shown}strconv.ParseInt: parsing \"{value}\": invalid syntax",
            "" when !bool.TryParse(value, out _) => $"{shown}strconv.ParseBool: parsing \"{value}\": invalid syntax",
            _ => null,
        };
    }
}
