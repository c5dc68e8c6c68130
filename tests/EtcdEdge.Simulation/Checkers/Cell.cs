namespace EtcdEdge.Simulation.Checkers;

/// <summary>A key's record in the model; the default is a key that does not exist.</summary>
/// <param name="Value">The number of the operation that wrote it: no two writes write the same.</param>
/// <param name="ModRevision">0 for a key that does not exist.</param>
/// <param name="Version">Writes since creation.</param>
/// <param name="CreateRevision">The revision that created it.</param>
/// <param name="Lease">The lease it is attached to, 0 for none.</param>
internal readonly record struct Cell(int Value, long ModRevision, long Version, long CreateRevision, long Lease)
{
    public bool Exists => ModRevision != 0;
}
