using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EtcdEdge.Configuration;

/// <summary>
/// Reads etcd's configuration file, YAML or JSON (which YAML contains). Keys nest under client-transport-security, peer-transport-security,
/// socket-options and discovery-config. Plain numbers for durations are nanoseconds; heartbeat-interval and election-timeout are milliseconds. Unlike
/// in etcd, unknown keys are reported, and "5m" is understood where etcd requires nanoseconds.
/// </summary>
public static class ConfigFile
{
    public static void Read(string path, string content, Settings settings)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(content));
            if (stream.Documents.Count == 0)
            {
                return;
            }

            if (stream.Documents[0].RootNode is YamlMappingNode root)
            {
                ReadMapping(path, "", root, settings);
            }
            else if (stream.Documents[0].RootNode is not YamlScalarNode { Value: "" or null })
            {
                settings.Problems.Add($"{path}: the configuration must be a mapping of keys to values");
            }
        }
        catch (YamlException error)
        {
            settings.Problems.Add($"{path}:{error.Start.Line}: {FirstLine((error.InnerException ?? error).Message)}");
        }
    }

    private static void ReadMapping(string path, string prefix, YamlMappingNode mapping, Settings settings)
    {
        foreach (var (keyNode, value) in mapping.Children)
        {
            var key = prefix + ((keyNode as YamlScalarNode)?.Value ?? "?");
            if (value is YamlMappingNode nested
                && FlagTable.All.Any(flag => flag.ConfigKey.StartsWith(key + ".", StringComparison.OrdinalIgnoreCase)))
            {
                ReadMapping(path, key + ".", nested, settings);
            }
            else if (FlagTable.ByConfigKey(key) is not { } flag)
            {
                var near = Spelling.Suggestion(key, FlagTable.All.Select(one => one.ConfigKey), "");
                settings.Warnings.Add($"{path}:{keyNode.Start.Line}: unknown key {key} is ignored{near}");
            }
            else
            {
                ReadValue($"{key} in {path}:{keyNode.Start.Line}", flag, value, settings);
            }
        }
    }

    private static void ReadValue(string origin, Flag flag, YamlNode node, Settings settings)
    {
        switch (node)
        {
            case YamlScalarNode scalar when IsNull(scalar):
                break;
            case YamlScalarNode scalar:
                settings.Set(flag, InFlagSyntax(flag, scalar.Value ?? ""), origin);
                break;
            case YamlSequenceNode sequence when flag.Kind is FlagKind.List or FlagKind.Urls && sequence.All(item => item is YamlScalarNode):
                settings.Set(flag, string.Join(',', sequence.Cast<YamlScalarNode>().Select(item => item.Value)), origin);
                break;
            case YamlMappingNode mapping when flag.Kind == FlagKind.FeatureGates:
                settings.Set(flag, string.Join(',', mapping.Children.Select(pair => $"{pair.Key}={pair.Value}")), origin);
                break;
            default:
                settings.Problems.Add($"{origin} must be a plain value");
                break;
        }
    }

    private static bool IsNull(YamlScalarNode scalar) => scalar.Value is null || (scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" });

    /// <summary>A bare number means nanoseconds for a duration; everything else is written as on the command line.</summary>
    private static string InFlagSyntax(Flag flag, string value) =>
        flag.Kind == FlagKind.Duration && GoSyntax.TryParseInteger(value, out _) ? value + "ns"
        : flag.Kind == FlagKind.Switch ? YamlSwitch(value)
        : value;

    /// <summary>YAML 1.1 writes switches in more ways than Go does (yaml.org/type/bool.html).</summary>
    private static string YamlSwitch(string value) => value.ToUpperInvariant() switch
    {
        "YES" or "ON" or "Y" => "true",
        "NO" or "OFF" or "N" => "false",
        _ => value,
    };

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();
}
