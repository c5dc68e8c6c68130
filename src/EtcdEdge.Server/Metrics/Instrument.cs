using System.Text;

namespace EtcdEdge.Server.Metrics;

/// <summary>One time series or one histogram of a family. Updated by any thread without a lock, rendered by the scraper's.</summary>
/// <param name="labels">The labels as they are printed between the braces, "" if none; their text is fixed for the instrument's life.</param>
internal abstract class Instrument(string labels)
{
    public string Labels { get; } = labels;

    /// <summary>Appends the instrument's lines for a family of this name.</summary>
    public abstract void Render(PrometheusWriter writer, Scrape scrape);

    /// <summary>Called once, when the family is made, so that rendering only copies bytes.</summary>
    public abstract void Bind(string family);

    /// <summary>"name{labels} " as bytes.</summary>
    protected static byte[] Prefix(string name, string labels) => Encoding.UTF8.GetBytes(labels.Length == 0 ? $"{name} " : $"{name}{{{labels}}} ");
}
