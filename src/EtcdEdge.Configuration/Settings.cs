namespace EtcdEdge.Configuration;

/// <summary>
/// What was given, by flag name, with the problems and warnings met on the way. Every source ends here as text in the flags' own syntax,
/// so that there is one way from text to options.
/// </summary>
public sealed class Settings
{
    private readonly SortedDictionary<string, Setting> _byName = new(StringComparer.Ordinal);

    public List<string> Problems { get; } = [];

    public List<string> Warnings { get; } = [];

    /// <summary>Everything given, by flag name.</summary>
    public IEnumerable<Setting> Given => _byName.Values;

    public bool IsGiven(string name) => _byName.ContainsKey(name);

    public string Origin(string name) => _byName.TryGetValue(name, out var setting) ? setting.Origin : "--" + name;

    /// <summary>Takes a value if it is well formed; a later one replaces an earlier one, as in Go's flag package.</summary>
    public void Set(Flag flag, string value, string origin)
    {
        if (FlagValue.ComplaintAbout(flag, value) is { } complaint)
        {
            Problems.Add($"invalid value \"{Shown(flag, value)}\" for {origin}: {complaint}");
            return;
        }

        _byName[flag.Name] = new Setting(flag, value, origin);
    }

    /// <summary>Reads renamed flags as the flags they became, unless those are given themselves.</summary>
    public void ResolveAliases()
    {
        foreach (var old in Given.Where(setting => setting.Flag.AliasOf.Length > 0).ToArray())
        {
            var heir = FlagTable.ByName(old.Flag.AliasOf)!;
            var loses = IsGiven(heir.Name);
            Warnings.Add($"{old.Origin} is deprecated: {(loses ? "ignored, because it is given as" : "it reads as")} --{heir.Name}");
            _byName.Remove(old.Flag.Name);
            if (!loses)
            {
                _byName[heir.Name] = new Setting(heir, old.Value, old.Origin);
            }
        }
    }

    /// <summary>Adds a warning or a problem for every given flag that is not honoured.</summary>
    public void JudgeTreatments()
    {
        foreach (var setting in Given.Where(setting => !setting.Flag.AgreesWith(setting.Value)))
        {
            switch (setting.Flag.FlagSupport)
            {
                case FlagSupport.AcceptedWithWarning:
                    Warnings.Add($"{setting.Origin} has no effect: {setting.Flag.Instead}");
                    break;
                case FlagSupport.Refused:
                    Problems.Add($"{setting.Origin} is refused: {setting.Flag.Instead}");
                    break;
                default:
                    break;
            }
        }
    }

    public string Text(string name) => _byName.TryGetValue(name, out var setting) ? setting.Value : FlagTable.ByName(name)!.Default;

    public bool Bool(string name) => FlagValue.Bool(Text(name));

    public TimeSpan Duration(string name) => FlagValue.Duration(Text(name));

    public Int128 Number(string name) => FlagValue.Number(Text(name));

    public IReadOnlyList<string> List(string name) => FlagValue.List(Text(name));

    public IReadOnlyList<ListenUrl> Urls(string name) => UrlList.TryParse(Text(name), out var urls, out _) ? urls : [];

    /// <summary>Passwords and token options stay out of messages.</summary>
    private static string Shown(Flag flag, string value) => flag.Name is "discovery-password" or "discovery-user" or "auth-token" ? "…" : value;
}
