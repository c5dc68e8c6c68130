namespace EtcdEdge.Storage.Checkpoint;

/// <summary>
/// Receives a checkpoint while it is read: the meta blob, then all holes, then all segments, each in ascending order of id. Whether the whole is what
/// was written is known only at the end, when <see cref="CheckpointStore.Read"/> returns. The arrays belong to the receiver.
/// </summary>
public interface ICheckpointReplay
{
    void Meta(byte[] bytes);

    void Holes(long id, byte[] bytes);

    void Segment(long id, byte[] bytes);
}
