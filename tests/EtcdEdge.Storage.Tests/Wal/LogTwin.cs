using EtcdEdge.Base;
using EtcdEdge.Raft.Model;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Storage.Tests.Wal;

/// <summary>The log as a list: the dumb twin the real one is held against, and what a replay is collected in.</summary>
internal sealed class LogTwin : IWalReplay
{
    public List<Entry> Entries { get; private init; } = [];

    public HardState HardState { get; private set; }

    public ulong FirstWanted { get; init; }

    /// <summary>The first index it may still have, when lower ones were released.</summary>
    public ulong FirstIndex => Entries.Count == 0 ? 0 : Entries[0].Index;

    public ulong LastIndex => Entries.Count == 0 ? 0 : Entries[^1].Index;

    void IWalReplay.Append(in Entry entry) => Append(entry);

    void IWalReplay.HardState(in HardState hardState) => HardState = hardState;

    void IWalReplay.Hole() => Entries.Clear();

    public void Set(HardState hardState) => HardState = hardState;

    public void Append(Entry entry)
    {
        while (Entries.Count > 0 && Entries[^1].Index >= entry.Index)
        {
            Entries.RemoveAt(Entries.Count - 1);
        }

        Entries.Add(entry);
    }

    public LogTwin Copy() => new() { Entries = [.. Entries], HardState = HardState };

    /// <summary>One line per entry, so that a failing assertion shows which differ.</summary>
    public List<string> Lines(ulong from = 0) =>
        [.. Entries.Where(e => e.Index >= from).Select(Line)];

    private static string Line(Entry e) =>
        $"{e.Index}/{e.Term} {e.Type} {Convert.ToHexString(e.Data.Span[..Math.Min(8, e.Data.Length)])} {e.Data.Length} {Crc32C.Of(e.Data.Span):x8}";
}
