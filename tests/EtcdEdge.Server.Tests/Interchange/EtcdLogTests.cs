using EtcdEdge.Api.Stored;
using EtcdEdge.Base;
using EtcdEdge.Snapshots.EtcdFormat;
using EtcdEdge.Snapshots.State;
using EtcdEdge.Storage;
using Google.Protobuf;
using Xunit;

namespace EtcdEdge.Server.Tests.Interchange;

// Goal: etcd's log is read as etcd reads it: torn ends are ends, anything else is told. Method: logs written here by the rules of etcd's
// server/storage/wal/doc.go, then cut and flipped everywhere. Logs of etcd itself are imported by the end-to-end tests.
public sealed class EtcdLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Entries_behind_the_asked_index_come_with_the_last_state()
    {
        Write(0, Metadata(), State(2, 7, 3), Entry(1), Entry(2), Entry(3), Entry(4), State(3, 8, 4));
        var log = Read(after: 2);
        Assert.Equal([3UL, 4UL], log.Entries.Select(entry => entry.Index));
        Assert.Equal((5UL, 9UL), (log.Metadata.NodeID, log.Metadata.ClusterID));
        Assert.Equal((3UL, 8UL, 4UL), (log.HardState.Term, log.HardState.Vote, log.HardState.Commit));
    }

    [Fact]
    public void A_later_entry_replaces_those_from_its_index_on()
    {
        Write(0, Metadata(), Entry(1), Entry(2), Entry(3), Entry(2, term: 9));
        Assert.Equal([(1UL, 1UL), (2UL, 9UL)], Read(0).Entries.Select(entry => (entry.Index, entry.Term)));
    }

    [Fact]
    public void Files_follow_each_other_by_checksum()
    {
        var crc = Write(0, Metadata(), Entry(1));
        Write(1, crc, Metadata(), Entry(2));
        Assert.Equal([1UL, 2UL], Read(0).Entries.Select(entry => entry.Index));
        Write(1, crc + 1, Metadata(), Entry(2));
        Assert.Contains("it does not follow the file before it", Refusal(0), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_missing_entry_are_told()
    {
        Write(0, Metadata(), Entry(1));
        Write(2, Metadata(), Entry(2));
        Assert.Contains("lacks a file between", Refusal(0), StringComparison.Ordinal);
        File.Delete(PathOf(2));
        Write(0, Metadata(), Entry(5));
        Assert.Contains("entry 5 comes without entry 3", Refusal(2), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_without_a_log_is_told() => Assert.Contains("has no log of etcd", Refusal(0), StringComparison.Ordinal);

    [Fact]
    public void Any_cut_of_the_last_file_is_an_end()
    {
        Write(0, Metadata(), Entry(1), Entry(2), Entry(3));
        var whole = File.ReadAllBytes(PathOf(0));
        ulong last = 0;
        for (var length = 60; length <= whole.Length; length++)
        {
            File.WriteAllBytes(PathOf(0), whole[..length]);
            var index = Read(0).Entries.Count == 0 ? 0 : Read(0).Entries[^1].Index;
            Assert.True(index >= last, "a longer log holds no less");
            last = index;
        }

        Assert.Equal(3UL, last);
    }

    [Fact]
    public void A_flipped_byte_is_told_and_never_taken_for_an_entry()
    {
        Write(0, Metadata(), Entry(1), Entry(2), Entry(3));
        var whole = File.ReadAllBytes(PathOf(0));
        for (var at = 0; at < whole.Length; at++)
        {
            var content = (byte[])whole.Clone();
            content[at] ^= 0x10;
            File.WriteAllBytes(PathOf(0), content);
            try
            {
                Assert.All(Read(0).Entries, entry => Assert.Equal("data " + entry.Index, entry.Data.ToStringUtf8()));
            }
            catch (ImportException refusal)
            {
                Assert.Contains(PathOf(0), refusal.Message, StringComparison.Ordinal);
            }
        }
    }

    private static (int, IMessage) Metadata() => (1, new WalMetadata { NodeID = 5, ClusterID = 9 });

    private static (int, IMessage) State(ulong term, ulong vote, ulong commit) => (3, new WalHardState { Term = term, Vote = vote, Commit = commit });

    private static (int, IMessage) Entry(ulong index, ulong term = 1) =>
        (2, new WalEntry { Index = index, Term = term, Data = ByteString.CopyFromUtf8("data " + index) });

    private EtcdLog Read(ulong after) => EtcdLog.Read(new FileDisk(), _directory.Path, after);

    private string Refusal(ulong after) => Assert.Throws<ImportException>(() => Read(after)).Message;

    private string PathOf(int sequence) => Path.Combine(_directory.Path, $"{sequence:x16}-{sequence:x16}.wal");

    private uint Write(int sequence, params (int Type, IMessage Message)[] records) => Write(sequence, 0, records);

    /// <summary>Writes a file that follows one that ended with <paramref name="crc"/>; returns what it ends with.</summary>
    private uint Write(int sequence, uint crc, params (int Type, IMessage Message)[] records)
    {
        using var file = File.Create(PathOf(sequence));
        Append(file, new WalRecord { Type = 4, Crc = crc });
        foreach (var (type, message) in records)
        {
            var data = message.ToByteString();
            crc = Crc32C.Append(crc, data.Span);
            Append(file, new WalRecord { Type = type, Crc = crc, Data = data });
        }

        file.Write(new byte[64]);
        return crc;
    }

    private static void Append(FileStream file, WalRecord record)
    {
        var bytes = record.ToByteArray();
        var padding = (8 - (bytes.Length % 8)) % 8;
        var length = (uint)bytes.Length | (padding == 0 ? 0 : (ulong)(uint)(0x80 | padding) << 56);
        file.Write(BitConverter.GetBytes(length));
        file.Write(bytes);
        file.Write(new byte[padding]);
    }
}
