using EtcdEdge.Api;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Grpc;

/// <summary>Goal: RangeStream's chunks add up to what Range answers. Method: both of the same node, over a real connection.</summary>
public sealed class RangeStreamTests : IAsyncLifetime
{
    private WireHost _wire = null!;
    private KV.KVClient _kv = null!;

    public async ValueTask InitializeAsync()
    {
        _wire = await WireHost.StartAsync();
        _kv = new KV.KVClient(_wire.Channel);
        for (var i = 0; i < 100; i++)
        {
            await _kv.PutAsync(new PutRequest { Key = Key(i), Value = Key(i) }, cancellationToken: Cancel);
        }
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(1, false, false)]
    [InlineData(10, false, false)]
    [InlineData(11, true, false)]
    [InlineData(99, false, false)]
    [InlineData(100, false, false)]
    [InlineData(0, false, true)]
    public async Task The_chunks_add_up_to_the_range(long limit, bool keysOnly, bool countOnly)
    {
        var request = new RangeRequest { Key = Key(0), RangeEnd = Key(100), Limit = limit, KeysOnly = keysOnly, CountOnly = countOnly };
        var sum = new RangeResponse();
        foreach (var chunk in await ReadAsync(request))
        {
            sum.MergeFrom(chunk);
        }

        Assert.Equal(await _kv.RangeAsync(request, cancellationToken: Cancel), sum);
    }

    [Fact]
    public async Task The_first_chunk_is_small_the_next_grow_and_only_the_last_has_header_and_count()
    {
        var chunks = await ReadAsync(new RangeRequest { Key = Key(0), RangeEnd = Key(100) });
        Assert.Equal([10, 20, 40, 30], chunks.Select(c => c.Kvs.Count));
        Assert.All(chunks.SkipLast(1), c => Assert.True(c.Header is null && c.Count == 0 && !c.More));
        Assert.Equal((100L, 101L), (chunks[^1].Count, chunks[^1].Header.Revision));
    }

    [Fact]
    public async Task What_cannot_be_streamed_is_unimplemented()
    {
        await UnimplementedAsync(
            new RangeRequest { Key = Key(0), SortOrder = RangeRequest.Types.SortOrder.Descend }, "RangeStream does not support custom sort orders");
        await UnimplementedAsync(new RangeRequest { Key = Key(0), MinModRevision = 3 }, "RangeStream does not support revision filters");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ByteString Key(int i) => ByteString.CopyFromUtf8($"k{i:D3}");

    private async Task<List<RangeResponse>> ReadAsync(RangeRequest request)
    {
        using var call = _kv.RangeStream(request, cancellationToken: Cancel);
        var chunks = new List<RangeResponse>();
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(Cancel))
        {
            chunks.Add(chunk.RangeResponse);
        }

        return chunks;
    }

    private async Task UnimplementedAsync(RangeRequest request, string text)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(request));
        Assert.Equal((StatusCode.Unimplemented, text), (refusal.StatusCode, refusal.Status.Detail));
    }
}
