using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdEdge.Server.Tests.Metrics;

/// <summary>
/// Reads Prometheus' text format 0.0.4 strictly: HELP, TYPE, then all samples of that family and no other; no name or series twice; legal
/// names, labels, escapes and numbers; histograms with ascending bounds, rising counts, +Inf, _sum and _count. Throws at the first line
/// that breaks a rule.
/// </summary>
internal sealed partial class PrometheusChecker
{
    private const string Pair = "[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\n]|\\\\[\"\\\\n])*\"";

    private readonly Dictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly HashSet<string> _series = new(StringComparer.Ordinal);
    private Family? _current;

    private PrometheusChecker()
    {
    }

    public static IReadOnlyDictionary<string, Family> Read(string text)
    {
        Require(text.EndsWith('\n'), "the last line has no line feed");
        var checker = new PrometheusChecker();
        foreach (var line in text[..^1].Split('\n'))
        {
            checker.ReadLine(line);
        }

        foreach (var family in checker._families.Values)
        {
            Require(family.Type.Length > 0, $"{family.Name} has no TYPE");
            CheckHistogram(family);
        }

        return checker._families;
    }

    private void ReadLine(string line)
    {
        if (line.StartsWith("# HELP ", StringComparison.Ordinal))
        {
            var name = line[7..].Split(' ')[0];
            Require(_families.TryAdd(name, _current = new Family(name)), $"{name} comes twice");
        }
        else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
        {
            var words = line[7..].Split(' ');
            Require(words.Length == 2 && words[0] == _current?.Name && _current.Samples.Count == 0
                && words[1] is "counter" or "gauge" or "histogram", line);
            _current!.Type = words[1];
        }
        else
        {
            ReadSample(line);
        }
    }

    private void ReadSample(string line)
    {
        var match = SampleLine().Match(line);
        Require(match.Success, $"malformed: {line}");
        var name = match.Groups["name"].Value;
        var allowed = _current!.Type == "histogram" ? new[] { _current.Name + "_bucket", _current.Name + "_sum", _current.Name + "_count" }
            : [_current.Name];
        Require(allowed.Contains(name), $"{name} stands under {_current.Name}");
        Require(_series.Add(name + match.Groups["labels"].Value), $"series comes twice: {line}");
        var labels = LabelPair().Matches(match.Groups["labels"].Value).ToDictionary(pair => pair.Groups[1].Value, pair => pair.Groups[2].Value);
        _current.Samples.Add(new Sample(name, labels, Number(match.Groups["value"].Value)));
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static void CheckHistogram(Family family)
    {
        if (family.Type != "histogram")
        {
            return;
        }

        foreach (var series in family.Samples.GroupBy(sample => string.Join(',', sample.Labels.Where(label => label.Key != "le"))))
        {
            var buckets = series.Where(sample => sample.Labels.ContainsKey("le")).ToArray();
            var bounds = buckets.Select(sample => Number(sample.Labels["le"])).ToArray();
            Require(bounds.SequenceEqual(bounds.Order()) && bounds[^1] == double.PositiveInfinity, $"{family.Name}: bounds");
            Require(buckets.Select(sample => sample.Value).SequenceEqual(buckets.Select(sample => sample.Value).Order()),
                $"{family.Name}: counts fall");
            Require(series.Single(sample => sample.Name == family.Name + "_count").Value == buckets[^1].Value, $"{family.Name}: count");
            Require(series.Count(sample => sample.Name == family.Name + "_sum") == 1, $"{family.Name}: sum");
        }
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new FormatException(what);
        }
    }

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>" + Pair + "(," + Pair + @")*)\})? (?<value>\S+)$")]
    private static partial Regex SampleLine();

    [GeneratedRegex("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex LabelPair();

    internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

    internal sealed record Family(string Name)
    {
        public string Type { get; set; } = "";

        public List<Sample> Samples { get; } = [];

        /// <summary>Bounds of the first series as they are printed, without +Inf.</summary>
        public IReadOnlyList<string> Bounds => [.. Samples.Where(sample => sample.Labels.ContainsKey("le")).Select(sample => sample.Labels["le"])
            .TakeWhile(bound => bound != "+Inf")];
    }
}
