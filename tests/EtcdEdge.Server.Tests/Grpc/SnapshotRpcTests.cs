using EtcdEdge.Api;
using EtcdEdge.Server.Tests.Interchange;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Grpc;

// Goal: the snapshot stream is what etcd's clients expect. Method: generated client, real connection; the file is read back.
public sealed class SnapshotRpcTests : IAsyncLifetime
{
    private WireHost _wire = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _wire = await WireHost.StartAsync();

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    [Fact]
    public async Task The_file_comes_in_chunks_that_count_down_and_ends_with_its_checksum()
    {
        await PutAsync("large", 200_000);
        await PutAsync("small", 3);
        var chunks = await SnapshotAsync();
        Assert.All(chunks, chunk => Assert.Equal("3.6.0", chunk.Version));
        Assert.All(chunks[..^2], chunk => Assert.Equal(32 * 1024, chunk.Blob.Length));
        long left = chunks[..^1].Sum(chunk => chunk.Blob.Length);
        foreach (var chunk in chunks[..^1])
        {
            left -= chunk.Blob.Length;
            Assert.Equal((ulong)left, chunk.RemainingBytes);
        }

        Assert.Equal(0UL, chunks[^1].RemainingBytes);
        byte[] file = [.. chunks[..^1].SelectMany(chunk => chunk.Blob)];
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(file), chunks[^1].Blob.ToByteArray());
    }

    [Fact]
    public async Task It_holds_the_keys_of_the_moment_it_was_asked_for()
    {
        await PutAsync("a", 1);
        await PutAsync("a", 2);
        using var file = SnapshotFile.Of([.. (await SnapshotAsync())[..^1].SelectMany(chunk => chunk.Blob)]);
        var (header, records) = file.Read();
        Assert.Equal(3, header.Revision);
        Assert.Equal(["2.0 61=00 2 1 0", "3.0 61=0000 2 2 0"], records);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_stream_only()
    {
        await PutAsync("large", 1_000_000);
        using (var call = new Maintenance.MaintenanceClient(_wire.Channel).Snapshot(new SnapshotRequest(), cancellationToken: Cancel))
        {
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
        }

        Assert.NotEmpty(await SnapshotAsync());
    }

    private async Task<SnapshotResponse[]> SnapshotAsync()
    {
        using var call = new Maintenance.MaintenanceClient(_wire.Channel).Snapshot(new SnapshotRequest(), cancellationToken: Cancel);
        var chunks = new List<SnapshotResponse>();
        while (await call.ResponseStream.MoveNext(Cancel))
        {
            chunks.Add(call.ResponseStream.Current);
        }

        return [.. chunks];
    }

    private async Task PutAsync(string key, int length) => await new KV.KVClient(_wire.Channel).PutAsync(
        new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFrom(new byte[length]) }, cancellationToken: Cancel);
}
