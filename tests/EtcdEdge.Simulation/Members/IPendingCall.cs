namespace EtcdEdge.Simulation.Members;

/// <summary>A client's request that a process has not answered yet.</summary>
internal interface IPendingCall
{
    /// <summary>Takes the answer if there is one; true when there is nothing more to wait for.</summary>
    bool TryFinish();

    /// <summary>The process is gone: nobody will know what became of the request.</summary>
    void Lose();
}
