namespace EtcdEdge.Configuration;

/// <summary>What --auto-compaction-retention counts.</summary>
public enum CompactionMode
{
    Periodic,
    Revision,
}
