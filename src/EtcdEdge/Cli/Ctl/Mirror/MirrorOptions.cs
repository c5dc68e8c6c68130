using EtcdEdge.Cli.Ctl.Common;
using Google.Protobuf;

namespace EtcdEdge.Cli.Ctl.Mirror;

/// <summary>What a mirror copies.</summary>
/// <param name="Prefix">Of the keys in the source; empty: all.</param>
/// <param name="DestinationPrefix">Replaces the prefix.</param>
/// <param name="StartRevision">0: copies what the source has, then its changes; above: only changes from this revision on.</param>
/// <param name="MaxTxnOps">The most changes of one revision in one transaction.</param>
internal sealed record MirrorOptions(ByteString Prefix, ByteString DestinationPrefix, long StartRevision, int MaxTxnOps)
{
    public static MirrorOptions Of(CliCall call)
    {
        var prefix = call.Text("prefix");
        var destination = call.Text("dest-prefix");
        var isRooted = call.IsOn("no-dest-prefix");
        return new MirrorOptions(
            KeyRange.Bytes(prefix), KeyRange.Bytes(isRooted ? "" : destination.Length > 0 ? destination : prefix),
            Math.Max(0, call.Number("rev") - 1), (int)call.Unsigned("max-txn-ops"));
    }

    /// <summary>The key in the destination.</summary>
    public ByteString Map(ByteString key) => DestinationPrefix == Prefix ? key
        : ByteString.CopyFrom([.. DestinationPrefix.Span, .. key.Span[Prefix.Length..]]);
}
