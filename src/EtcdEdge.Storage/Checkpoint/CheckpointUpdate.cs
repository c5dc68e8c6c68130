namespace EtcdEdge.Storage.Checkpoint;

/// <summary>One change of a checkpoint's file: in a single transaction if it is small, otherwise in several, the last of which seals it.</summary>
internal sealed class CheckpointUpdate(CheckpointSlot slot, CheckpointChanges changes, CheckpointSeal seal, int batchBytes)
{
    private readonly Inventory _inventory = slot.Inventory!.Copy();
    private readonly List<(BlobTable Table, long Id, byte[] Bytes)> _batch = [];
    private long _batchBytes;

    /// <summary>Runs it and returns what the file then holds.</summary>
    public Inventory Run(LiteFile lite)
    {
        foreach (var (id, bytes) in changes.Segments)
        {
            Add(BlobTable.Segment, id, bytes);
            if (_batchBytes >= batchBytes)
            {
                Unsealed(lite);
            }
        }

        foreach (var (id, bytes) in changes.Holes)
        {
            Add(BlobTable.Hole, id, bytes);
        }

        Add(BlobTable.Meta, 0, changes.Meta);
        lite.Transact(() =>
        {
            WriteBatch(lite);
            foreach (var id in changes.RemovedSegments)
            {
                Remove(lite, BlobTable.Segment, id);
            }

            lite.Seal(seal with { Blobs = _inventory.Count, Digest = _inventory.Digest });
        });
        return _inventory;
    }

    private void Add(BlobTable table, long id, byte[] bytes)
    {
        _batch.Add((table, id, bytes));
        _batchBytes += bytes.Length;
    }

    private void Unsealed(LiteFile lite) => lite.Transact(() =>
    {
        WriteBatch(lite);
        lite.Seal(seal with { Generation = 0 });
    });

    private void WriteBatch(LiteFile lite)
    {
        foreach (var (table, id, bytes) in _batch)
        {
            if (bytes.Length == 0)
            {
                Remove(lite, table, id);
                continue;
            }

            lite.Put(table, id, bytes, _inventory.LengthOf(table, id));
            _inventory.Put(table, id, bytes);
        }

        _batch.Clear();
        _batchBytes = 0;
    }

    private void Remove(LiteFile lite, BlobTable table, long id)
    {
        var length = _inventory.LengthOf(table, id);
        if (length >= 0)
        {
            lite.Remove(table, id, length);
            _inventory.Remove(table, id);
        }
    }
}
