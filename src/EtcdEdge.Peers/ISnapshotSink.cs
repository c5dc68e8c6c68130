using EtcdEdge.Raft.Model;

namespace EtcdEdge.Peers;

/// <summary>Where the data of a snapshot goes.</summary>
public interface ISnapshotSink
{
    /// <summary>
    /// Reads <paramref name="data"/> to its end, keeps it so that a restart finds it whole or not at all, and hands it to the node together with
    /// <paramref name="message"/>, which comes no other way; returns when that is done. The stream throws when the data is damaged or ends early:
    /// then nothing may remain. One at a time; a newer one cancels the older.
    /// </summary>
    Task ReceiveAsync(Message message, Stream data, CancellationToken cancel);
}
