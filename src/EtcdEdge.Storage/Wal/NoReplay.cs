using EtcdEdge.Raft.Model;

namespace EtcdEdge.Storage.Wal;

/// <summary>For a log whose content is not needed.</summary>
public sealed class NoReplay : IWalReplay
{
    public static readonly NoReplay Instance = new();

    public void Append(in Entry entry)
    {
    }

    public void HardState(in HardState hardState)
    {
    }

    public void Hole()
    {
    }
}
