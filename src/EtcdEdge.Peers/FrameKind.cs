namespace EtcdEdge.Peers;

/// <summary>What a frame carries. The numbers are wire format: never reuse one.</summary>
public enum FrameKind : byte
{
    /// <summary>A Raft message (<see cref="PeerCodec"/>).</summary>
    Message = 1,

    /// <summary>Eight bytes to be sent back.</summary>
    Ping = 2,

    /// <summary>The eight bytes of a ping.</summary>
    Pong = 3,

    /// <summary>Correlation id (0: no answer is wanted), kind of call, payload.</summary>
    Call = 4,

    /// <summary>Correlation id, code, payload.</summary>
    Answer = 5,

    /// <summary>CRC32C and bytes of a snapshot.</summary>
    SnapshotChunk = 6,

    /// <summary>Length and CRC32C of the whole snapshot.</summary>
    SnapshotEnd = 7,

    /// <summary>The receiver of a snapshot is still at it.</summary>
    SnapshotWorking = 8,

    /// <summary>The receiver's verdict: code and a text.</summary>
    SnapshotVerdict = 9,
}
