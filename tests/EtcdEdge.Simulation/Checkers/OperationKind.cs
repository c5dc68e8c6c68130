namespace EtcdEdge.Simulation.Checkers;

/// <summary>What the model of etcd knows.</summary>
internal enum OperationKind
{
    Put,
    Delete,

    /// <summary>If the key's mod revision is as expected: put it and a second key; else read it.</summary>
    CompareAndPut,

    /// <summary>If the key's mod revision is as expected: delete it and put a second key; else read it.</summary>
    CompareAndDelete,

    /// <summary>One key or all of them, linearizable.</summary>
    Range,
    Grant,

    /// <summary>The server's own: it happens some time after the grant, or never.</summary>
    Revoke,
}
