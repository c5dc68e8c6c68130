namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>Whose data were taken over.</summary>
/// <param name="Name">The member's name.</param>
/// <param name="MemberId">Its id, kept.</param>
/// <param name="ClusterId">Its cluster's id, kept.</param>
/// <param name="Revision">The database's newest revision.</param>
/// <param name="Entries">Entries of the log behind the database.</param>
public sealed record ImportReport(string Name, ulong MemberId, ulong ClusterId, long Revision, int Entries);
