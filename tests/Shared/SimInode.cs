namespace EtcdEdge.Testing;

/// <summary>A simulated file: what programs see, and what the medium holds.</summary>
internal sealed class SimInode
{
    public const int SectorSize = 512;

    private readonly SortedSet<long> _dirty = [];
    private readonly HashSet<long> _unreadable = [];
    private byte[] _seen = [];
    private byte[] _durable = [];
    private bool _flushFailed;

    public long Length => _seen.Length;

    /// <summary>Sectors by which the next flush misses its place.</summary>
    public long Misdirection { get; set; }

    /// <summary>The next flush reports success and writes nothing.</summary>
    public bool LosesNextFlush { get; set; }

    /// <summary>The next flush fails, and with it every later one.</summary>
    public bool FailsNextFlush { get; set; }

    public bool IsUnreadable(long offset, long length)
    {
        for (var sector = offset / SectorSize; sector * SectorSize < offset + length; sector++)
        {
            if (_unreadable.Contains(sector))
            {
                return true;
            }
        }

        return false;
    }

    public void MakeUnreadable(long offset) => _unreadable.Add(offset / SectorSize);

    public ReadOnlySpan<byte> Read(long offset, int length)
    {
        var start = (int)Math.Min(offset, Length);
        return _seen.AsSpan(start, (int)Math.Min(length, Length - start));
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Resize(Math.Max(Length, offset + bytes.Length));
        bytes.CopyTo(_seen.AsSpan((int)offset));
        for (var sector = offset / SectorSize; sector * SectorSize < offset + bytes.Length; sector++)
        {
            _dirty.Add(sector);
            // A drive remaps a bad sector when it is written.
            _unreadable.Remove(sector);
        }
    }

    public void Resize(long length) => Array.Resize(ref _seen, (int)length);

    /// <summary>Changes bytes on the medium and in memory alike: rot, seen after the next restart too.</summary>
    public void Flip(long bit)
    {
        var mask = (byte)(1 << (int)(bit % 8));
        _seen[bit / 8] ^= mask;
        // What was never flushed is only in memory yet.
        if (bit / 8 < _durable.Length)
        {
            _durable[bit / 8] ^= mask;
        }
    }

    /// <summary>False when the flush fails; the kernel then believes its pages clean although the medium never got them.</summary>
    public bool Flush()
    {
        if (FailsNextFlush || _flushFailed)
        {
            _flushFailed = true;
            _dirty.Clear();
            return false;
        }

        Array.Resize(ref _durable, _seen.Length);
        foreach (var sector in LosesNextFlush ? [] : _dirty)
        {
            Persist(sector, sector + Misdirection);
        }

        _dirty.Clear();
        (LosesNextFlush, Misdirection) = (false, 0);
        return true;
    }

    /// <summary>The power goes: each sector that was not flushed is kept or lost whole; then memory is what the medium holds.</summary>
    public void Crash(Random random)
    {
        if (random.Next(2) == 0)
        {
            Array.Resize(ref _durable, _seen.Length);
        }

        var keptOfEight = random.Next(9);
        foreach (var sector in _dirty)
        {
            if (random.Next(8) < keptOfEight && sector * SectorSize < _durable.Length)
            {
                Persist(sector, sector);
            }
        }

        _dirty.Clear();
        _flushFailed = FailsNextFlush = false;
        _seen = (byte[])_durable.Clone();
    }

    /// <summary>The power goes in the midst of a sector: half of it is new. False when no sector was being written.</summary>
    public bool TryTear(Random random)
    {
        if (_dirty.Count == 0)
        {
            return false;
        }

        var sector = _dirty.ElementAt(random.Next(_dirty.Count));
        Persist(sector, sector, SectorSize / 2);
        _dirty.Remove(sector);
        return true;
    }

    private void Persist(long from, long to, int bytes = SectorSize)
    {
        var start = (int)(from * SectorSize);
        var target = (int)(to * SectorSize);
        var length = Math.Min(bytes, Math.Min(_seen.Length - start, _durable.Length - target));
        if (length > 0)
        {
            _seen.AsSpan(start, length).CopyTo(_durable.AsSpan(target));
        }
    }
}
