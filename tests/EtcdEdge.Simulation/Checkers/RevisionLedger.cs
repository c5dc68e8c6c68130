using System.Text;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;

namespace EtcdEdge.Simulation.Checkers;

/// <summary>
/// Every revision any member ever published, as the first one published it. Whatever another member, or the same one after a restart, says of a
/// revision must be the same: an acknowledged write that got lost shows here as two stories of one revision.
/// </summary>
internal sealed class RevisionLedger
{
    private static readonly Record[] s_unknown = [];

    // By revision; the first two (0 and the empty store's 1) never have events. Unknown where compaction was faster than the first publication.
    private readonly List<Record[]> _revisions = [s_unknown, s_unknown];
    private readonly SortedDictionary<string, List<Record>> _keys = new(StringComparer.Ordinal);

    /// <summary>The newest revision anybody published.</summary>
    public long Newest => _revisions.Count - 1;

    /// <summary>Compaction was never faster than the first publication, so that <see cref="Get"/> may be trusted.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>The events of one revision, in order; empty when nobody knows them.</summary>
    public IReadOnlyList<Record> At(long revision) => _revisions[(int)revision];

    /// <summary>Compares what a root says of the revisions above <paramref name="seen"/> with what is known, and learns the rest.</summary>
    public void Observe(int member, MvccRoot root, long seen)
    {
        var group = new List<Record>();
        var revision = seen + 1;
        foreach (var record in root.History.From(revision))
        {
            for (; revision < record.ModRevision; revision++)
            {
                Take(member, root, revision, group);
            }

            group.Add(record);
        }

        for (; revision <= root.Revision; revision++)
        {
            Take(member, root, revision, group);
        }
    }

    /// <summary>The key's record as of a revision; null when it did not exist.</summary>
    public Record? Get(string key, long revision)
    {
        if (!_keys.TryGetValue(key, out var records))
        {
            return null;
        }

        for (var i = records.Count - 1; i >= 0; i--)
        {
            if (records[i].ModRevision <= revision)
            {
                return records[i].IsTombstone ? null : records[i];
            }
        }

        return null;
    }

    public static bool Same(Record a, Record b) =>
        a.ModRevision == b.ModRevision && a.SubRevision == b.SubRevision && a.CreateRevision == b.CreateRevision && a.Version == b.Version
        && a.Lease == b.Lease && a.Key.Span.SequenceEqual(b.Key.Span) && a.Value.Span.SequenceEqual(b.Value.Span);

    public static string Text(Record record) =>
        $"{Encoding.ASCII.GetString(record.Key.Span)} rev {record.ModRevision}.{record.SubRevision} version {record.Version} lease {record.Lease} "
        + $"value {Encoding.ASCII.GetString(record.Value.Span[..Math.Min(12, record.Value.Length)])}";

    private void Take(int member, MvccRoot root, long revision, List<Record> group)
    {
        var isWhole = revision > root.CompactRevision;
        if (isWhole && group.Count == 0)
        {
            throw new SimulationFailure($"m{member + 1} has nothing at revision {revision}, which is not compacted");
        }

        if (revision > Newest)
        {
            Learn(isWhole ? [.. group] : s_unknown);
            IsComplete &= isWhole;
        }
        else if (_revisions[(int)revision].Length > 0)
        {
            Compare(member, revision, group, isWhole);
        }

        group.Clear();
    }

    private void Learn(Record[] records)
    {
        _revisions.Add(records);
        foreach (var record in records)
        {
            var key = Encoding.ASCII.GetString(record.Key.Span);
            if (!_keys.TryGetValue(key, out var history))
            {
                _keys.Add(key, history = []);
            }

            history.Add(record);
        }
    }

    private void Compare(int member, long revision, List<Record> group, bool isWhole)
    {
        var known = _revisions[(int)revision];
        if (isWhole && known.Length != group.Count)
        {
            throw new SimulationFailure($"m{member + 1} has {group.Count} events at revision {revision} where {known.Length} were published");
        }

        foreach (var record in group)
        {
            if (record.SubRevision >= known.Length || !Same(known[record.SubRevision], record))
            {
                throw new SimulationFailure(
                    $"m{member + 1} has \"{Text(record)}\" where \"{Text(known[Math.Min(record.SubRevision, known.Length - 1)])}\" was published");
            }
        }
    }
}
