namespace EtcdEdge.Storage.Wal;

/// <summary>What a sector's own bytes prove about it.</summary>
internal enum SectorKind
{
    /// <summary>All zero: filled before use and never written since.</summary>
    Blank,

    /// <summary>Intact: its checksum matches and it is where it was written to.</summary>
    Whole,

    /// <summary>Neither: damaged, unreadable, or of another place. No power cut causes this, see DESIGN.md.</summary>
    Bad,
}
