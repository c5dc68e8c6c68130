using EtcdEdge.Api;
using EtcdEdge.Base.Cryptography;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.Snapshots.EtcdFormat;
using EtcdEdge.StateMachine.Model;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>
/// Serves Maintenance.Snapshot: the state of one moment as etcd's database file, then its SHA-256 (etcd api/v3rpc/maintenance.go). The file is
/// generated while it is sent, from an immutable root: writes continue, and a slow client costs one chunk of memory in addition to the root.
/// </summary>
/// <param name="node">The node whose state is captured.</param>
/// <param name="logger">Receives a line at the beginning and the end.</param>
/// <param name="time">Times the transfer.</param>
/// <param name="metrics">Counts it.</param>
internal sealed class SnapshotStreamer(IEtcdNode node, ILogger logger, TimeProvider time, DiskMetrics metrics)
{
    public async Task RunAsync(IServerStreamWriter<SnapshotResponse> responses, CancellationToken cancel)
    {
        var state = await node.CaptureAsync(cancel) ?? throw EtcdStatus.Refuse(EtcdError.Stopped);
        var started = time.GetTimestamp();
        var image = SnapshotImage.Of(state);
        logger.SnapshotBegins(image.Length, state.Header.Revision, VersionText.Cluster);
        var digest = new Sha256();
        var chunk = new byte[EtcdFormatLimits.BackupChunkBytes];
        var filled = 0;
        var left = image.Length;
        foreach (var page in image.Pages())
        {
            digest.Append(page.Span);
            for (var rest = page; !rest.IsEmpty;)
            {
                var taken = Math.Min(rest.Length, chunk.Length - filled);
                rest.Span[..taken].CopyTo(chunk.AsSpan(filled));
                (rest, filled) = (rest[taken..], filled + taken);
                if (filled == chunk.Length || filled == left)
                {
                    left -= filled;
                    await responses.WriteAsync(Chunk(chunk.AsMemory(0, filled), left), cancel);
                    filled = 0;
                }
            }
        }

        await responses.WriteAsync(Chunk(digest.Finish(), 0), cancel);
        metrics.SnapshotStreamed(time.GetElapsedTime(started));
        logger.SnapshotSent(image.Length, time.GetElapsedTime(started));
    }

    // Encoded before WriteAsync returns, so the next chunk may take the same memory.
    private static SnapshotResponse Chunk(ReadOnlyMemory<byte> bytes, long left) => new()
    {
        Blob = UnsafeByteOperations.UnsafeWrap(bytes),
        RemainingBytes = (ulong)left,
        Version = VersionText.Cluster,
    };
}
