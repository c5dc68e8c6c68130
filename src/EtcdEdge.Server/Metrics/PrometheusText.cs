namespace EtcdEdge.Server.Metrics;

/// <summary>The rules of Prometheus' text format 0.0.4 that are not about numbers.</summary>
internal static class PrometheusText
{
    /// <summary>What /metrics answers as.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>One label with its value escaped.</summary>
    public static string Label(string name, string value) => $"{name}=\"{EscapeValue(value)}\"";

    /// <summary>Several labels, in the order of their names, as client_golang prints them.</summary>
    public static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var parts = new List<string>(labels.Length);
        foreach (var (name, value) in labels)
        {
            parts.Add(Label(name, value));
        }

        parts.Sort(StringComparer.Ordinal);
        return string.Join(',', parts);
    }

    public static string EscapeHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeValue(string text) => EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);
}
