using System.Buffers.Binary;
using EtcdEdge.Base;

namespace EtcdEdge.Storage.Checkpoint;

/// <summary>
/// LiteDB's data file as we keep it: every page carries a CRC-32C over itself and its place, in four bytes (14 to 17, the transaction's number) that
/// LiteDB leaves at all ones in a data file, so the file stays LiteDB's own. Pages that LiteDB writes are collected until its one flush at the end of
/// an engine checkpoint; with a journal the whole set then becomes durable or none of it. One thread.
/// </summary>
internal sealed class PageStream : Stream
{
    public const int PageSize = 8192;
    private const int ChecksumAt = 14;
    private readonly IDiskFile _file;
    private readonly PageJournal? _journal;
    private readonly CheckpointCounters _counters;
    private readonly SortedDictionary<long, byte[]> _dirty = [];
    private readonly byte[] _window;
    private long _windowAt;
    private int _windowLength;
    private long _length;

    /// <param name="file">The data file.</param>
    /// <param name="journal">Makes a flush atomic and durable; without one, pages go straight to a file that is not in use yet.</param>
    /// <param name="readAhead">Bytes read at once: a window for a reader of everything, a page for a writer that changes a little.</param>
    /// <param name="counters">Counts its bytes and flushes.</param>
    public PageStream(IDiskFile file, PageJournal? journal, int readAhead, CheckpointCounters counters)
    {
        _file = file;
        _journal = journal;
        _counters = counters;
        _window = new byte[Math.Max(PageSize, readAhead)];
        _length = file.Length / PageSize * PageSize;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var done = 0;
        while (done < count && Position < _length)
        {
            var page = PageAt(Position / PageSize * PageSize);
            var inPage = (int)(Position % PageSize);
            var piece = Math.Min(count - done, PageSize - inPage);
            page.Slice(inPage, piece).CopyTo(buffer.AsSpan(offset + done));
            done += piece;
            Position += piece;
        }

        return done;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        Invariant.Require(count == PageSize && Position % PageSize == 0, "LiteDB writes whole pages");
        if (!_dirty.TryGetValue(Position, out var page))
        {
            _dirty[Position] = page = new byte[PageSize];
        }

        buffer.AsSpan(offset, count).CopyTo(page);
        Position += count;
        _length = Math.Max(_length, Position);
    }

    /// <summary>LiteDB's flush at the end of an engine checkpoint: everything written since the last one reaches the file.</summary>
    public override void Flush()
    {
        if (_dirty.Count == 0)
        {
            return;
        }

        foreach (var (position, page) in _dirty)
        {
            Seal(page, position);
        }

        _windowLength = 0;
        _journal?.Write(_file, _dirty);
        WriteRuns(_file, _dirty, _counters);
        if (_journal is not null)
        {
            _counters.Flush(_file);
        }

        _dirty.Clear();
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => _length + offset,
    };

    public override void SetLength(long value) => Invariant.Require(value == _length, "a checkpoint's file is never cut");

    /// <summary>Writes pages in ascending order, adjacent ones together: flash prefers few large writes.</summary>
    public static void WriteRuns(IDiskFile file, SortedDictionary<long, byte[]> pages, CheckpointCounters counters)
    {
        var run = new byte[CheckpointStoreLimits.CheckpointWriteRun];
        long runAt = 0;
        var used = 0;
        foreach (var (position, page) in pages)
        {
            if (used > 0 && (position != runAt + used || used + PageSize > run.Length))
            {
                file.Write(runAt, run.AsSpan(0, used));
                used = 0;
            }

            runAt = used == 0 ? position : runAt;
            page.CopyTo(run, used);
            used += PageSize;
        }

        file.Write(runAt, run.AsSpan(0, used));
        counters.AddWritten((long)pages.Count * PageSize);
    }

    private static void Seal(byte[] page, long position)
    {
        var sum = page.AsSpan(ChecksumAt, sizeof(uint));
        sum.Fill(byte.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(sum, ChecksumOf(page, position));
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> page, long position) => Crc32C.Append(Crc32C.Of(page), (ulong)position);

    private ReadOnlySpan<byte> PageAt(long position)
    {
        if (_dirty.TryGetValue(position, out var page))
        {
            return page;
        }

        if (position < _windowAt || position + PageSize > _windowAt + _windowLength)
        {
            _windowAt = position;
            _windowLength = 0;
            var read = _file.Read(position, _window);
            CheckWindow(read);
            _windowLength = read / PageSize * PageSize;
        }

        return _window.AsSpan((int)(position - _windowAt), PageSize);
    }

    private void CheckWindow(int length)
    {
        if (length < PageSize)
        {
            throw new CheckpointException(_file.Path, $"the file ends within the page at byte {_windowAt}");
        }

        for (var at = 0; at + PageSize <= length; at += PageSize)
        {
            var page = _window.AsSpan(at, PageSize);
            var sum = page.Slice(ChecksumAt, sizeof(uint));
            var expected = BinaryPrimitives.ReadUInt32LittleEndian(sum);
            sum.Fill(byte.MaxValue);
            if (expected != ChecksumOf(page, _windowAt + at))
            {
                throw new CheckpointException(_file.Path, $"the page at byte {_windowAt + at} does not match its checksum");
            }
        }
    }
}
