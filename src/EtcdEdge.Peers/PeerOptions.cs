using EtcdEdge.Configuration;

namespace EtcdEdge.Peers;

/// <summary>This member's identity and listen URLs; fixed for the life of the transport.</summary>
public sealed record PeerOptions
{
    public required ulong ClusterId { get; init; }

    public required ulong MemberId { get; init; }

    /// <summary>This server's release, for the logs of peers.</summary>
    public string ServerVersion { get; init; } = VersionText.Own;

    public required IReadOnlyList<ListenUrl> ListenUrls { get; init; }

    /// <summary>Sent to peers that do not know this member yet.</summary>
    public IReadOnlyList<string> AdvertisedUrls { get; init; } = [];

    /// <summary>SO_REUSEPORT on the listeners.</summary>
    public bool ReusePort { get; init; }

    /// <summary>
    /// Largest frame that is accepted. Must hold Raft's largest message: its append bound plus one request of the largest allowed size.
    /// The same on all members, or the one with the smaller bound cuts the connection.
    /// </summary>
    public int MaxFrameBytes { get; init; } = PeerLimits.MaxFrameBytes;

    public static PeerOptions Of(ulong clusterId, ulong memberId, ServerOptions options) => new()
    {
        ClusterId = clusterId,
        MemberId = memberId,
        ListenUrls = options.Listen.PeerUrls,
        AdvertisedUrls = [.. options.Cluster.AdvertisePeerUrls.Select(url => url.ToString())],
        ReusePort = options.Listen.ReusePort,
        MaxFrameBytes = Math.Max(PeerLimits.MaxFrameBytes, 2 * options.Requests.MaxRequestBytes),
    };
}
