using System.Collections.Concurrent;

namespace EtcdEdge.Server.Metrics;

/// <summary>One instrument per member, made when something is first counted of it. Members are few and their ids stay.</summary>
internal sealed class ByPeer<T>(Func<ulong, T> make) : Instrument("")
    where T : Instrument
{
    private readonly ConcurrentDictionary<ulong, T> _instruments = new();
    private string _family = "";

    public T Of(ulong peer) => _instruments.TryGetValue(peer, out var known) ? known : _instruments.GetOrAdd(peer, Make);

    public override void Bind(string family) => _family = family;

    public override void Render(PrometheusWriter writer, Scrape scrape)
    {
        foreach (var (_, instrument) in _instruments.OrderBy(pair => pair.Key))
        {
            instrument.Render(writer, scrape);
        }
    }

    private T Make(ulong peer)
    {
        var instrument = make(peer);
        instrument.Bind(_family);
        return instrument;
    }
}
