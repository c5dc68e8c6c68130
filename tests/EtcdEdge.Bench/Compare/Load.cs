using EtcdEdge.Api;
using Google.Protobuf;

namespace EtcdEdge.Bench.Compare;

/// <summary>Fills a server with keys before something is measured.</summary>
internal static class Load
{
    private const int Outstanding = 256;
    private const int PutsPerTxn = 100;

    /// <summary>Puts keys 0 to <paramref name="count"/>, each with its own write, many at a time.</summary>
    public static void Puts(Target target, int count, int valueBytes)
    {
        var value = Requests.Value(valueBytes);
        Calls(target, Requests.PutPath, count, n => Requests.FramedPut(n, value));
    }

    /// <summary>As <see cref="Puts"/>, a hundred keys to a transaction: for counts that would take minutes one by one.</summary>
    public static void Txns(Target target, int count, int valueBytes)
    {
        var value = Requests.Value(valueBytes);
        Calls(target, Requests.TxnPath, count / PutsPerTxn, n => Requests.Framed(Txn(n * PutsPerTxn, value)));
    }

    private static TxnRequest Txn(int first, ByteString value)
    {
        var txn = new TxnRequest();
        for (var n = first; n < first + PutsPerTxn; n++)
        {
            txn.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = Requests.NumberedKey(n), Value = value } });
        }

        return txn;
    }

    private static void Calls(Target target, string path, int count, Func<int, byte[]> request)
    {
        using var connection = new RawHttp2(target.Daemon.ClientPort);
        var (sent, answered) = (0, 0);
        while (answered < count)
        {
            for (; sent < count && sent - answered < Outstanding; sent++)
            {
                connection.Open(path, request(sent), last: true);
            }

            connection.Flush();
            connection.Read((_, _) => answered++);
        }
    }
}
