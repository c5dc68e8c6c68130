using System.Text;
using EtcdEdge.Base;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Requests;
using EtcdEdge.Storage;
using EtcdEdge.Storage.Bbolt;

namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>The result of <c>etcdutl snapshot status</c> (etcd 3.6 etcdutl/snapshot/v3_snapshot.go).</summary>
/// <param name="Hash">CRC-32C over every bucket's name, keys and values, in the file's order.</param>
/// <param name="Revision">The newest revision.</param>
/// <param name="TotalKeys">Keys that exist; etcdutl 3.5 counts the entries of all buckets instead.</param>
/// <param name="TotalSize">Bytes of the database.</param>
/// <param name="Version">The storage version; empty before 3.6.</param>
public sealed record DatabaseStatus(uint Hash, long Revision, int TotalKeys, long TotalSize, string Version)
{
    /// <exception cref="ImportException">The file cannot be read.</exception>
    public static DatabaseStatus Of(IDisk disk, string path)
    {
        using var database = new EtcdDatabase(disk, path);
        return database.Guarded(() => Read(database.Reader));
    }

    private static DatabaseStatus Read(BboltReader reader)
    {
        uint hash = 0;
        var (keys, version) = (new KeyTally(), "");
        for (var buckets = reader.Root(); buckets.MoveNext();)
        {
            var name = Encoding.UTF8.GetString(buckets.Key.Span);
            hash = Crc32C.Append(hash, buckets.Key.Span);
            for (var entries = buckets.Nested(); entries.MoveNext();)
            {
                hash = Crc32C.Append(Crc32C.Append(hash, entries.Key.Span), entries.Value.Span);
                if (name == Schema.Key)
                {
                    keys.Note(entries.Key.Span, entries.Value);
                }
                else if (name == Schema.Meta && entries.Key.Span.SequenceEqual(Schema.StorageVersion))
                {
                    version = Encoding.UTF8.GetString(entries.Value.Span);
                }
            }
        }

        return new DatabaseStatus(hash, keys.Revision, keys.Count, reader.Size, version);
    }

    /// <summary>Counts keys that are there after their last record.</summary>
    private sealed class KeyTally
    {
        private readonly HashSet<string> _live = new(StringComparer.Ordinal);

        public long Revision { get; private set; }

        public int Count => _live.Count;

        public void Note(ReadOnlySpan<byte> revisionKey, ReadOnlyMemory<byte> value)
        {
            var revision = EtcdDatabase.RevisionOf(revisionKey, out var isTombstone);
            Revision = revision.Main;
            var key = Encoding.Latin1.GetString(RecordCodec.Parse(value, revision, isTombstone).Key.Span);
            _ = isTombstone ? _live.Remove(key) : _live.Add(key);
        }
    }
}
