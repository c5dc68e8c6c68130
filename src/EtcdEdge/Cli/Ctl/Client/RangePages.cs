using EtcdEdge.Api;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Client;

/// <summary>
/// A large range in several responses, at the revision of the first: the client holds one page instead of the whole range. A compaction between two
/// pages ends it with etcd's error.
/// </summary>
internal static class RangePages
{
    /// <summary>Pairs per page.</summary>
    private const int Size = 5000;

    /// <summary>True for a range in the order of its keys without a limit of its own.</summary>
    public static bool CanSplit(RangeRequest request) =>
        !request.RangeEnd.IsEmpty && request.Limit == 0 && request.SortOrder == RangeRequest.Types.SortOrder.None
        && request.SortTarget == RangeRequest.Types.SortTarget.Key;

    public static async Task<RangeResponse> FirstAsync(EtcdClient client, RangeRequest request, CallOptions options)
    {
        var page = request.Clone();
        page.Limit = Size;
        return await client.Kv.RangeAsync(page, options);
    }

    /// <summary>The page after <paramref name="last"/>, which has more.</summary>
    public static async Task<RangeResponse> NextAsync(EtcdClient client, RangeRequest request, RangeResponse last, CallOptions options)
    {
        var page = request.Clone();
        page.Limit = Size;
        page.Revision = request.Revision > 0 ? request.Revision : last.Header.Revision;
        page.Key = After(last.Kvs[^1].Key);
        request.Revision = page.Revision;
        return await client.Kv.RangeAsync(page, options);
    }

    /// <summary>The whole range by RangeStream.</summary>
    public static async Task<RangeResponse> StreamAsync(EtcdClient client, RangeRequest request, CallOptions options)
    {
        var whole = new RangeResponse();
        using var stream = client.Kv.RangeStream(request, options);
        while (await stream.ResponseStream.MoveNext(options.CancellationToken))
        {
            whole.MergeFrom(stream.ResponseStream.Current.RangeResponse);
        }

        return whole;
    }

    /// <summary>The least key that is greater.</summary>
    public static ByteString After(ByteString key)
    {
        var next = new byte[key.Length + 1];
        key.CopyTo(next, 0);
        return UnsafeByteOperations.UnsafeWrap(next);
    }
}
