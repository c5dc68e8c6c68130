using System.Diagnostics;
using System.Threading.Channels;
using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Session;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Check;

/// <summary>Writes of random keys under a prefix by many clients, and the removal of what they wrote.</summary>
internal sealed class CheckRun(IReadOnlyList<EtcdClient> clients, string prefix, int keyBytes, int valueBytes)
{
    private static readonly TimeSpan s_cleanupLimit = TimeSpan.FromSeconds(30);
    private readonly ByteString _prefix = KeyRange.Bytes(prefix);
    private readonly ByteString _value = UnsafeByteOperations.UnsafeWrap(new byte[valueBytes]);

    public CheckStatistics Statistics { get; } = new();

    public EtcdClient First => clients[0];

    /// <exception cref="CliFailure">When there are keys already; exit code 3.</exception>
    public async Task RefuseKeysAsync(string quote)
    {
        var request = new RangeRequest { Key = _prefix, RangeEnd = KeyRange.PrefixEnd(_prefix), Limit = 1 };
        if ((await First.Kv.RangeAsync(request, Limited())).Kvs.Count > 0)
        {
            throw new CliFailure(
                CliFailure.InvalidInput, $"prefix {GoText.Quote(prefix)} has keys. Delete with {quote}etcdctl del --prefix {prefix}{quote} first");
        }
    }

    /// <summary>Writes one key for each item of the channel.</summary>
    public Task WriteAsync(ChannelReader<int> items, Action written) => Task.WhenAll(clients.Select(client => Task.Run(async () =>
    {
        await foreach (var _ in items.ReadAllAsync())
        {
            await PutAsync(client);
            written();
        }
    })));

    /// <summary>Deletes the keys, and compacts where asked; returns whether both succeeded.</summary>
    public async Task<bool> CleanUpAsync(bool compacts)
    {
        try
        {
            var request = new DeleteRangeRequest { Key = _prefix, RangeEnd = KeyRange.PrefixEnd(_prefix) };
            var revision = (await First.Kv.DeleteRangeAsync(request, Limited())).Header.Revision;
            if (compacts)
            {
                CtlConsole.Out.WriteLine($"Compacting with revision {revision}");
                await First.Kv.CompactAsync(new CompactionRequest { Revision = revision, Physical = true }, Limited());
                CtlConsole.Out.WriteLine($"Compacted with revision {revision}");
            }

            return true;
        }
        catch (RpcException failure)
        {
            CtlConsole.Out.WriteLine($"FAIL: Cleanup failed during key deletion: ERROR({CallFailure.Text(failure)})");
            return false;
        }
    }

    public async Task DefragmentAsync(CtlSession session)
    {
        foreach (var endpoint in First.Settings.Endpoints)
        {
            CtlConsole.Out.WriteLine($"Defragmenting {GoText.Quote(endpoint)}");
            using var client = await session.ConnectAsync(First.Settings with { Endpoints = [endpoint] });
            await client.Maintenance.DefragmentAsync(new DefragmentRequest(), Limited());
            CtlConsole.Out.WriteLine($"Defragmented {GoText.Quote(endpoint)}");
        }
    }

    /// <summary>Prints the errors of the writes; false when there are any.</summary>
    public bool PrintErrors()
    {
        if (Statistics.Errors.Count == 0)
        {
            return true;
        }

        CtlConsole.Out.WriteLine("FAIL: too many errors");
        foreach (var (error, count) in Statistics.Errors)
        {
            CtlConsole.Out.WriteLine($"FAIL: ERROR({error}) -> {count}");
        }

        return false;
    }

    private static CallOptions Limited() => new(deadline: DateTime.UtcNow + s_cleanupLimit);

    private async Task PutAsync(EtcdClient client)
    {
        var key = new byte[_prefix.Length + keyBytes];
        _prefix.CopyTo(key, 0);
        Random.Shared.NextBytes(key.AsSpan(_prefix.Length, sizeof(long)));
        var start = Stopwatch.GetTimestamp();
        string? error = null;
        try
        {
            await client.Kv.PutAsync(new PutRequest { Key = UnsafeByteOperations.UnsafeWrap(key), Value = _value }, new CallOptions());
        }
        catch (RpcException failure)
        {
            error = CallFailure.Text(failure);
        }

        Statistics.Add(Stopwatch.GetElapsedTime(start), error);
    }
}
