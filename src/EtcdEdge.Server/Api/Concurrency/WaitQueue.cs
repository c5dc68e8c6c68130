using System.Globalization;
using System.Text;
using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;

namespace EtcdEdge.Server.Api.Concurrency;

/// <summary>
/// The waiters under one name: a key for each, name/lease in hexadecimal, in order of create revisions; the first is served. Locks and elections of
/// clients use the same keys (etcd client/v3/concurrency: key.go, mutex.go).
/// </summary>
internal sealed class WaitQueue(CallerKv kv, ByteString name)
{
    private readonly ByteString _prefix = ByteString.CopyFrom([.. name.Span, (byte)'/']);

    /// <summary>All keys of the line.</summary>
    public KeyRange Keys => new(_prefix.Memory, EndOf(_prefix.Span));

    /// <summary>Whose lease it is, is in the key. Negative ones are written as Go writes them.</summary>
    public ByteString KeyOf(long lease)
    {
        var id = lease < 0 ? "-" + ((ulong)-lease).ToString("x", CultureInfo.InvariantCulture) : lease.ToString("x", CultureInfo.InvariantCulture);
        return ByteString.CopyFrom([.. _prefix.Span, .. Encoding.ASCII.GetBytes(id)]);
    }

    /// <summary>The oldest key of the line, or null; and the revision it was read at.</summary>
    public ValueTask<(Record? First, long Revision)> HeadAsync() => kv.FirstAsync(Ordered(RangeRequest.Types.SortOrder.Ascend));

    /// <summary>
    /// Returns when no key is left that was in the line before <paramref name="revision"/>: each in turn waits only for the one before it.
    /// </summary>
    public async ValueTask WaitForTurnAsync(long revision)
    {
        while (true)
        {
            var before = Ordered(RangeRequest.Types.SortOrder.Descend);
            before.MaxCreateRevision = revision - 1;
            // A bound of 0 means none in etcd too, but no key has a revision before 1.
            var (last, readAt) = before.MaxCreateRevision > 0 ? await kv.FirstAsync(before) : default;
            if (last is null)
            {
                return;
            }

            using var watch = await kv.WatchAsync(new KeyRange(last.Key, default), readAt);
            while (!(await watch.NextAsync(kv.Cancel)).IsTombstone)
            {
            }
        }
    }

    /// <summary>True of a transaction's comparison: the key's generation began at this revision; 0 is "there is no such key".</summary>
    public static Compare CreatedAt(ByteString key, long revision) =>
        new() { Key = key, Target = Compare.Types.CompareTarget.Create, Result = Compare.Types.CompareResult.Equal, CreateRevision = revision };

    /// <summary>The range request for the oldest key, for a transaction.</summary>
    public RequestOp AskForHead() => new()
    {
        RequestRange = new RangeRequest
        {
            Key = _prefix,
            RangeEnd = UnsafeByteOperations.UnsafeWrap(Keys.RangeEnd),
            Limit = 1,
            SortOrder = RangeRequest.Types.SortOrder.Ascend,
            SortTarget = RangeRequest.Types.SortTarget.Create,
        },
    };

    private RangeOp Ordered(RangeRequest.Types.SortOrder order) => new()
    {
        Key = Keys.Key,
        RangeEnd = Keys.RangeEnd,
        Limit = 1,
        SortOrder = order,
        SortTarget = RangeRequest.Types.SortTarget.Create,
    };

    // The prefix ends with a slash, so the next byte is its end.
    private static byte[] EndOf(ReadOnlySpan<byte> prefix)
    {
        byte[] end = [.. prefix];
        end[^1]++;
        return end;
    }
}
