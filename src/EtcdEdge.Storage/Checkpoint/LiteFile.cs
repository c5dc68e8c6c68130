using System.Globalization;
using EtcdEdge.Base;
using LiteDB;
using LiteDB.Engine;

namespace EtcdEdge.Storage.Checkpoint;

/// <summary>
/// A LiteDB file that holds blobs; LiteDB is used here and nowhere else. Its engine runs on our streams: the log in memory, emptied by an engine
/// checkpoint after each transaction, and the data file behind <see cref="PageStream"/>. It exists for one read or one write and is then dropped with
/// its caches. One thread. Throws <see cref="CheckpointException"/> for every exception of LiteDB.
/// </summary>
internal sealed class LiteFile : IDisposable
{
    private const int Format = 1;
    private const string StateCollection = "state";

    // Ids of a blob's parts follow each other; the largest request has 64 MiB.
    private const int PartsMax = 256;
    private readonly string _path;
    private readonly LiteEngine _engine;

    public LiteFile(string path, PageStream pages)
    {
        _path = path;
        _engine = Guard(() => new LiteEngine(new EngineSettings
        {
            DataStream = pages,
            LogStream = new MemoryStream(),
            // Keys are numbers; a culture's order would make the file depend on the machine.
            Collation = new Collation(127, CompareOptions.Ordinal),
        }));
        if (pages.Length <= PageStream.PageSize)
        {
            Guard(Found);
        }
    }

    /// <summary>Runs the writes in one transaction and one engine checkpoint: they reach the data stream together, in its one flush.</summary>
    public void Transact(Action writes)
    {
        Guard(_engine.BeginTrans);
        var done = false;
        try
        {
            writes();
            done = Guard(_engine.Commit);
        }
        finally
        {
            if (!done)
            {
                RollBack();
            }
        }

        Guard(_engine.Checkpoint);
    }

    /// <summary>Within a transaction: writes a blob whose former length was <paramref name="formerLength"/>, −1 for none.</summary>
    public void Put(BlobTable table, long id, byte[] bytes, int formerLength)
    {
        var parts = PartsOf(bytes.Length);
        Invariant.Require(parts <= PartsMax, "a blob has a bounded number of parts");
        var documents = new BsonDocument[parts];
        for (var i = 0; i < parts; i++)
        {
            var part = parts == 1 ? bytes
                : bytes[(i * CheckpointStoreLimits.CheckpointPartBytes)..Math.Min(bytes.Length, (i + 1) * CheckpointStoreLimits.CheckpointPartBytes)];
            documents[i] = new BsonDocument { ["_id"] = (id * PartsMax) + i, ["b"] = part };
        }

        if (formerLength < 0)
        {
            Guard(() => _engine.Insert(NameOf(table), documents, BsonAutoId.Int64));
            return;
        }

        Guard(() => _engine.Upsert(NameOf(table), documents, BsonAutoId.Int64));
        RemoveParts(table, id, parts, PartsOf(formerLength));
    }

    /// <summary>Within a transaction: removes a blob of that length.</summary>
    public void Remove(BlobTable table, long id, int length) => RemoveParts(table, id, 0, PartsOf(length));

    /// <summary>Within a transaction, last: what the file is from now on.</summary>
    public void Seal(in CheckpointSeal seal, int format = Format)
    {
        var document = new BsonDocument
        {
            ["_id"] = 1L,
            ["format"] = format,
            ["cluster"] = (long)seal.ClusterId,
            ["member"] = (long)seal.MemberId,
            ["generation"] = seal.Generation,
            ["blobs"] = seal.Blobs,
            ["digest"] = (long)seal.Digest,
        };
        Guard(() => _engine.Upsert(StateCollection, [document], BsonAutoId.Int64));
    }

    /// <summary>What the file is; null when it was never sealed.</summary>
    public CheckpointSeal? ReadSeal()
    {
        using var reader = Guard(() => _engine.Query(StateCollection, new Query()));
        return Guard(reader.Read) ? Guard<CheckpointSeal?>(() => SealOf((BsonDocument)reader.Current)) : null;
    }

    /// <summary>Hands out every blob of a table in ascending order of id. The arrays are the receiver's to keep.</summary>
    public void Scan(BlobTable table, Action<long, byte[]> receive)
    {
        long current = -1;
        byte[] bytes = [];
        foreach (var (key, next) in Documents(table))
        {
            var id = Math.DivRem(key, PartsMax, out var part);
            if (part > 0)
            {
                bytes = [.. bytes, .. next];
                continue;
            }

            if (current >= 0)
            {
                receive(current, bytes);
            }

            (current, bytes) = (id, next);
        }

        if (current >= 0)
        {
            receive(current, bytes);
        }
    }

    // A query holds the pages it has read until it ends, and the more of them there are the longer LiteDB's cache looks for a free one: a whole
    // checkpoint in one query takes three times as long and the file's size in memory.
    private IEnumerable<(long Key, byte[] Bytes)> Documents(BlobTable table)
    {
        long from = 0;
        for (var read = CheckpointStoreLimits.CheckpointScanDocuments; read == CheckpointStoreLimits.CheckpointScanDocuments;)
        {
            read = 0;
            var query = new Query { Limit = CheckpointStoreLimits.CheckpointScanDocuments };
            query.Where.Add(Query.GTE("_id", from));
            using var reader = Guard(() => _engine.Query(NameOf(table), query));
            while (Guard(reader.Read))
            {
                var document = Guard(() => (Key: reader.Current["_id"].AsInt64, Bytes: reader.Current["b"].AsBinary));
                (read, from) = (read + 1, document.Key + 1);
                yield return document;
            }
        }
    }

    public void Dispose()
    {
        try
        {
            _engine.Dispose();
        }
        catch (Exception failure) when (IsLiteDb(failure))
        {
            // It had failed before, which was reported; nothing of it is used again.
        }
    }

    private static int PartsOf(int length) =>
        Math.Max(1, (length + CheckpointStoreLimits.CheckpointPartBytes - 1) / CheckpointStoreLimits.CheckpointPartBytes);

    private static string NameOf(BlobTable table) => table switch
    {
        BlobTable.Meta => "meta",
        BlobTable.Segment => "segment",
        _ => "hole",
    };

    // Collections are made before anything reads them: LiteDB closes its engine when the two meet (its issue 2792).
    private bool Found()
    {
        _engine.Pragma("CHECKPOINT", 0);
        foreach (var name in (string[])[StateCollection, NameOf(BlobTable.Meta), NameOf(BlobTable.Segment), NameOf(BlobTable.Hole)])
        {
            _engine.Insert(name, [new BsonDocument { ["_id"] = 0L }], BsonAutoId.Int64);
            _engine.Delete(name, [new BsonValue(0L)]);
        }

        return _engine.Checkpoint() >= 0;
    }

    // A transaction left open would throw in its finalizer, which ends the process.
    private void RollBack()
    {
        try
        {
            _engine.Rollback();
        }
        catch (Exception failure) when (IsLiteDb(failure) || failure is IOException)
        {
            // The first failure is already being thrown to the caller.
        }
    }

    private void RemoveParts(BlobTable table, long id, int from, int to)
    {
        for (var part = from; part < to; part++)
        {
            var key = new BsonValue((id * PartsMax) + part);
            Guard(() => _engine.Delete(NameOf(table), [key]));
        }
    }

    private CheckpointSeal SealOf(BsonDocument document)
    {
        var format = document["format"].AsInt32;
        if (format > Format)
        {
            throw new CheckpointException(_path,
                $"its format is {format}, this version knows {Format}; start the version that wrote it, or a newer one")
            {
                IsForeign = true,
            };
        }

        return new CheckpointSeal(
            (ulong)document["cluster"].AsInt64, (ulong)document["member"].AsInt64, document["generation"].AsInt64,
            document["blobs"].AsInt32, (ulong)document["digest"].AsInt64);
    }

    private T Guard<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception failure) when (IsLiteDb(failure))
        {
            throw new CheckpointException(_path, "the file's structure is damaged (" + failure.Message.ReplaceLineEndings(" ") + ")", failure);
        }
    }

    /// <summary>What LiteDB throws over a mangled page, by its own checks or by falling over it. The disk's own errors are not among them.</summary>
    private static bool IsLiteDb(Exception failure) =>
        failure is LiteException or NotSupportedException or InvalidOperationException or ArgumentException
        or NullReferenceException or IndexOutOfRangeException or InvalidCastException or ArithmeticException
        or KeyNotFoundException or EndOfStreamException;
}
