using EtcdEdge.Api;
using Google.Protobuf;

namespace EtcdEdge.Bench.Compare;

/// <summary>Fills a server with keys before something is measured.</summary>
internal static class Load
{
    private const int OutstandingMax = 256;

    /// <summary>The same for a connection, half of what either server takes.</summary>
    private const int OutstandingBytesMax = 512_000;
    private const int PutsPerTxnMax = 100;

    /// <summary>A stream of gRPC's takes 64 KiB before it must have said that it takes more, which this client does not wait for.</summary>
    private const int TxnBytesMax = 48_000;

    /// <summary>Puts keys 0 to <paramref name="count"/>, each with its own write, many at a time.</summary>
    public static void Puts(int port, int count, int valueBytes)
    {
        var value = Requests.Value(valueBytes);
        Calls(port, Requests.PutPath, count, n => Requests.FramedPut(n, value));
    }

    /// <summary>As <see cref="Puts"/>, many keys to a transaction: for counts that would take minutes one by one.</summary>
    public static void Txns(int port, int count, int valueBytes)
    {
        var value = Requests.Value(valueBytes);
        var puts = Math.Clamp(TxnBytesMax / valueBytes, 1, PutsPerTxnMax);
        Calls(port, Requests.TxnPath, (count + puts - 1) / puts, n => Requests.Framed(Txn(n * puts, puts, value)));
    }

    private static TxnRequest Txn(int first, int puts, ByteString value)
    {
        var txn = new TxnRequest();
        for (var n = first; n < first + puts; n++)
        {
            txn.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = Requests.NumberedKey(n), Value = value } });
        }

        return txn;
    }

    private static void Calls(int port, string path, int count, Func<int, byte[]> request)
    {
        using var connection = new RawHttp2(port);
        var outstanding = Math.Clamp(OutstandingBytesMax / request(0).Length, 1, OutstandingMax);
        var (sent, answered) = (0, 0);
        while (answered < count)
        {
            for (; sent < count && sent - answered < outstanding; sent++)
            {
                connection.Open(path, request(sent), last: true);
            }

            connection.Flush();
            connection.Read((_, _) => answered++);
        }
    }
}
