using System.Text;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Requests;
using Xunit;

namespace EtcdEdge.StateMachine.Tests.Mvcc;

/// <summary>
/// Readers on old roots while the writer goes on: what a root says never changes, whatever is written, compacted and removed meanwhile.
/// </summary>
public sealed class ReaderTests
{
    private const int Keys = 500;

    [Fact]
    public async Task A_root_says_the_same_while_the_writer_goes_on()
    {
        var store = new MvccStore();
        var published = store.Publish();
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadUntil(() => Volatile.Read(ref published), done.Token))).ToArray();
        for (var round = 0; round < 3000; round++)
        {
            store.Begin();
            // Every revision writes the same number to two keys: a torn read would show two numbers.
            store.Put(KeyOf(round % Keys), ValueOf(round), 0);
            store.Put(KeyOf((round % Keys) + Keys), ValueOf(round), 0);
            if (round % 17 == 0)
            {
                store.Delete(KeyOf((round + 250) % Keys));
                store.Delete(KeyOf(((round + 250) % Keys) + Keys));
            }

            store.End();
            if (round % 300 == 299)
            {
                store.Compact(store.Revision - 100);
            }

            store.CompactStep(50);
            Volatile.Write(ref published, store.Publish());
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), rounds => Assert.True(rounds > 0));
    }

    private static int ReadUntil(Func<MvccRoot> newest, CancellationToken done)
    {
        var rounds = 0;
        var old = newest();
        var oldContents = Dump(old);
        do
        {
            var root = newest();
            Assert.Equal(Values(root, 0), Values(root, Keys));
            Assert.Equal(oldContents, Dump(old));
            if (++rounds % 10 == 0)
            {
                (old, oldContents) = (root, Dump(root));
            }
        }
        while (!done.IsCancellationRequested);
        return rounds;
    }

    private static List<string> Values(MvccRoot root, int from)
    {
        root.Range(new RangeOp { Key = KeyOf(from), RangeEnd = KeyOf(from + Keys) }, out var result);
        return [.. result!.Records.ToArray().Select(record => Encoding.ASCII.GetString(record.Value.Span))];
    }

    private static string Dump(MvccRoot root)
    {
        var text = new StringBuilder();
        foreach (var record in root.History.From(0))
        {
            text.Append(record.ModRevision).Append('.').Append(record.SubRevision).Append(' ');
        }

        root.HashKv(0, out var hash);
        return text.Append(hash.Hash).Append(' ').Append(root.KeyCount).ToString();
    }

    private static byte[] KeyOf(int number) => Encoding.ASCII.GetBytes($"{number:D6}");

    private static byte[] ValueOf(int number) => Encoding.ASCII.GetBytes($"{number}");
}
