namespace EtcdEdge.Storage.Wal;

/// <summary>What a sector's own bytes prove about it.</summary>
internal enum SectorKind
{
    /// <summary>All zero: filled before use and never written since.</summary>
    Blank,

    /// <summary>Whole: its checksum holds and it stands where it was written to.</summary>
    Whole,

    /// <summary>Neither: rotten, unreadable, or another place's bytes. No power cut leaves this, see DESIGN.md.</summary>
    Bad,
}
