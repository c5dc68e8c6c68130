using EtcdEdge.Raft.Model;

namespace EtcdEdge.Storage.Wal;

/// <content>
/// Holes of which every entry is in a checkpoint (<see cref="WalOptions.CoveredUpTo"/>): reading goes on behind them. Whether a hole is one of these
/// only the first entry behind it tells.
/// </content>
internal sealed partial class LogReader
{
    private readonly List<WalDamage> _covered = [];

    /// <summary>Damage behind which reading went on, while no entry has come there.</summary>
    private WalDamage? _hole;

    /// <summary>Where reading stood at <see cref="_hole"/>.</summary>
    private Standing _before;

    /// <summary>A whole group made no sense: nothing behind it is believed.</summary>
    private bool _isUnintelligible;

    /// <summary>Damage that lost nothing: the checkpoint has what was in it.</summary>
    public IReadOnlyList<WalDamage> Covered => _covered;

    private static bool IsHole(WalDamage damage) => damage.Kind
        is WalDamageKind.GroupDamaged or WalDamageKind.GroupsLost or WalDamageKind.SegmentMissing
        or WalDamageKind.SegmentHeaderDamaged or WalDamageKind.SegmentTruncated;

    /// <summary>Moves to the first whole group behind the damage. False when there is none, or no checkpoint could make the damage good.</summary>
    private bool TryGoOnBehind(WalDamage damage, IReadOnlyList<(ulong Number, string Path)> paths, ref int at)
    {
        if (_options.CoveredUpTo == 0 || damage == _hole || _isUnintelligible || !IsHole(damage))
        {
            return false;
        }

        var without = new List<Segment>();
        for (var next = Segments.Count == 0 ? 0 : IndexOf(paths, Segments[^1].Number); next < paths.Count; next++)
        {
            using var reader = OpenReader(paths[next].Path);
            var unusable = SegmentChecks.Header(reader, paths[next].Number, _options, LastIndex + 1, out var header);
            if (unusable is not null && !IsHole(unusable))
            {
                return false;
            }

            if (unusable is null && FirstWhole(reader, header) is { } found)
            {
                _before = _hole is null ? Stand() : _before;
                _hole ??= damage;
                Enter(without, header, reader.Path, found);
                at = next;
                return true;
            }

            if (!HasEntered(paths[next].Number))
            {
                without.Add(SegmentOf(new SegmentHeader { Number = paths[next].Number, Length = reader.Length, PageSize = _options.PageSize },
                    reader.Path));
            }
        }

        return false;
    }

    private static int IndexOf(IReadOnlyList<(ulong Number, string Path)> paths, ulong number)
    {
        var at = 0;
        while (paths[at].Number != number)
        {
            at++;
        }

        return at;
    }

    private (long Offset, ulong Sequence, uint Previous)? FirstWhole(SegmentReader reader, in SegmentHeader header)
    {
        foreach (var (at, sequence) in LaterGroups(reader, HasEntered(header.Number) ? Segments[^1].Position : header.PageSize, header.PageSize))
        {
            if (TryReadGroup(reader, at, sequence, out var group, out _) && group.Segment == header.Number)
            {
                return (at, sequence, group.Previous);
            }
        }

        return null;
    }

    // Files with a hole are let go when the checkpoint is, and not used again: what rotted once may again.
    private void Enter(List<Segment> without, in SegmentHeader header, string path, (long Offset, ulong Sequence, uint Previous) found)
    {
        var first = Math.Max(0, Segments.Count - 1);
        Segments.AddRange(without);
        if (!HasEntered(header.Number))
        {
            Segments.Add(SegmentOf(header, path));
        }

        foreach (var segment in Segments[first..])
        {
            segment.IsDamaged = true;
            segment.HighestIndex = Math.Max(segment.HighestIndex, _options.CoveredUpTo);
        }

        Segments[^1].Position = found.Offset;
        (Sequence, Digest) = (found.Sequence - 1, found.Previous);
    }

    /// <summary>Whether everything before a group's entries is known or covered; then the hole before it loses nothing.</summary>
    private bool TryJoin(in GroupHeader header)
    {
        if (header.Lowest - 1 > _options.CoveredUpTo)
        {
            return false;
        }

        _covered.Add(_hole! with { LastIndex = header.Lowest - 1 });
        _hole = null;
        _replay.Hole();
        return true;
    }

    /// <summary>Ends the reading at the hole, if there is one, as if nothing after it had been read.</summary>
    private WalDamage? TurnBack()
    {
        if (_hole is not null)
        {
            Segments.RemoveRange(_before.Segments, Segments.Count - _before.Segments);
            if (Segments.Count > 0)
            {
                (Segments[^1].Position, Segments[^1].HighestIndex, Segments[^1].IsDamaged) = (_before.Position, _before.HighestIndex, false);
            }

            (Sequence, Digest, HardState, LastIndex) = (_before.Sequence, _before.Digest, _before.HardState, _before.LastIndex);
        }

        return _hole;
    }

    private Standing Stand()
    {
        var last = Segments.Count > 0 ? Segments[^1] : null;
        return new Standing(Segments.Count, last?.Position ?? 0, last?.HighestIndex ?? 0, Sequence, Digest, HardState, LastIndex);
    }

    private readonly record struct Standing(
        int Segments, long Position, ulong HighestIndex, ulong Sequence, uint Digest, HardState HardState, ulong LastIndex);
}
