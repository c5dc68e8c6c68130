using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using Xunit;

namespace EtcdEdge.Server.Tests.Peers;

/// <summary>Raft messages for tests.</summary>
internal static class Messages
{
    public static Message Heartbeat(ulong from, ulong to, ulong context) =>
        new() { Type = MessageType.Heartbeat, From = from, To = to, Term = 3, Context = context };

    public static Message Append(ulong from, ulong to, ulong index, int bytes, int count = 1)
    {
        var entries = new Entry[count];
        for (var i = 0; i < count; i++)
        {
            var data = new byte[bytes];
            new Random((int)index + i).NextBytes(data);
            entries[i] = new Entry(3, index + 1 + (ulong)i, EntryType.Normal, data);
        }

        return new Message
        {
            Type = MessageType.Append,
            From = from,
            To = to,
            Term = 3,
            Index = index,
            LogTerm = 2,
            Commit = index,
            Entries = entries,
        };
    }

    public static Message Snapshot(ulong from, ulong to, ulong index) => new()
    {
        Type = MessageType.Snapshot,
        From = from,
        To = to,
        Term = 3,
        Snapshot = new SnapshotMetadata(index, 2, new ConfState { Voters = [1, 2], Learners = [3] }),
    };

    /// <summary>Records compare memories by reference; this compares what a message means.</summary>
    public static void AssertEqual(Message expected, Message actual)
    {
        Assert.Equal(expected with { Entries = default }, actual with { Entries = default });
        Assert.Equal(expected.Entries.Length, actual.Entries.Length);
        for (var i = 0; i < expected.Entries.Length; i++)
        {
            var (left, right) = (expected.Entries.Span[i], actual.Entries.Span[i]);
            Assert.Equal((left.Term, left.Index, left.Type), (right.Term, right.Index, right.Type));
            Assert.True(left.Data.Span.SequenceEqual(right.Data.Span));
        }
    }
}
