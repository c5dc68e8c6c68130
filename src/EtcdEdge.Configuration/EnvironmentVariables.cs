namespace EtcdEdge.Configuration;

/// <summary>Reads ETCD_* variables. An empty one counts as not set, as in etcd.</summary>
public static class EnvironmentVariables
{
    private const string Prefix = "ETCD_";

    /// <summary>Allows etcd to start on processors it is not tested on; EtcdEdge runs on the processor it was built for.</summary>
    private static readonly string[] s_harmless = ["ETCD_UNSUPPORTED_ARCH"];

    public static void Read(IEnumerable<KeyValuePair<string, string>> environment, Settings settings)
    {
        var variables = environment.Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal) && pair.Value.Length > 0)
            .OrderBy(pair => pair.Key, StringComparer.Ordinal);
        foreach (var (variable, value) in variables)
        {
            ReadOne(variable, value, settings);
        }
    }

    private static void ReadOne(string variable, string value, Settings settings)
    {
        if (variable == "ETCD_VERSION")
        {
            settings.Warnings.Add("cannot set special environment variable ETCD_VERSION");
        }
        else if (FlagTable.ByVariable(variable) is not { } flag)
        {
            WarnUnlessHarmless(variable, settings);
        }
        else if (settings.IsGiven(flag.Name))
        {
            settings.Warnings.Add($"{variable} is ignored: --{flag.Name} is given on the command line");
        }
        else
        {
            settings.Set(flag, value, variable);
        }
    }

    private static void WarnUnlessHarmless(string variable, Settings settings)
    {
        if (!s_harmless.Contains(variable))
        {
            var near = Spelling.Suggestion(variable, FlagTable.All.Select(flag => flag.Variable), "");
            settings.Warnings.Add($"unrecognized environment variable {variable}{near}");
        }
    }
}
