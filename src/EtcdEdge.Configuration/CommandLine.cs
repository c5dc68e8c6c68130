namespace EtcdEdge.Configuration;

/// <summary>
/// Reads arguments as Go's flag package does: -name and --name are equal, "=value" or the next argument, a switch alone is true, "--" ends the flags.
/// Unlike Go it continues after a mistake, so that one run reports all of them.
/// </summary>
public static class CommandLine
{
    /// <summary>Fills <paramref name="settings"/>; returns true if help was requested.</summary>
    public static bool Read(IReadOnlyList<string> arguments, Settings settings)
    {
        var help = false;
        var next = 0;
        while (next < arguments.Count)
        {
            var argument = arguments[next++];
            if (argument == "--" || argument.Length < 2 || argument[0] != '-')
            {
                ComplainAboutRest(arguments, argument == "--" ? next : next - 1, settings);
                break;
            }

            help |= ReadFlag(argument, arguments, ref next, settings);
        }

        return help;
    }

    private static bool ReadFlag(string argument, IReadOnlyList<string> arguments, ref int next, Settings settings)
    {
        var body = argument[(argument[1] == '-' ? 2 : 1)..];
        if (body.StartsWith('-') || body.StartsWith('='))
        {
            settings.Problems.Add($"bad flag syntax: {argument}");
            return false;
        }

        var equals = body.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? body : body[..equals];
        if (FlagTable.ByName(name) is not { } flag)
        {
            return ComplainAboutName(name, settings);
        }

        if (equals >= 0)
        {
            settings.Set(flag, body[(equals + 1)..], "--" + name);
        }
        else if (flag.Kind is FlagKind.Switch or FlagKind.Ignored)
        {
            settings.Set(flag, "true", "--" + name);
        }
        else if (next < arguments.Count)
        {
            settings.Set(flag, arguments[next++], "--" + name);
        }
        else
        {
            settings.Problems.Add($"flag needs an argument: --{name}");
        }

        return false;
    }

    private static bool ComplainAboutName(string name, Settings settings)
    {
        if (name is "h" or "help")
        {
            return true;
        }

        settings.Problems.Add($"flag provided but not defined: --{name}{Spelling.Suggestion(name, FlagTable.All.Select(flag => flag.Name), "--")}");
        return false;
    }

    private static void ComplainAboutRest(IReadOnlyList<string> arguments, int first, Settings settings)
    {
        if (first >= arguments.Count)
        {
            return;
        }

        settings.Problems.Add(arguments[first] is "gateway" or "grpc-proxy"
            ? $"\"{arguments[first]}\" is etcd's proxy, which EtcdEdge does not have; clients connect to the members"
            : $"\"{arguments[first]}\" is not a valid flag");
    }
}
