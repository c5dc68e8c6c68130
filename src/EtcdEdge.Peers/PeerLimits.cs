namespace EtcdEdge.Peers;

/// <summary>The limits of the peer transport, each with its reason.</summary>
public static class PeerLimits
{
    /// <summary>Messages of one peer that wait on the control channel. A leader with a thousand reads in flight stays far below.</summary>
    public const int ControlQueueCount = 4096;

    /// <summary>Their bytes: control messages are under 100 bytes each, so this only bounds what should not happen.</summary>
    public const long ControlQueueBytes = 1 << 20;

    /// <summary>Append messages of one peer that wait. Raft's own window (256 in flight) is below it.</summary>
    public const int AppendQueueCount = 1024;

    /// <summary>Their bytes. Entries are shared with Raft's log, so this counts references that keep old entries alive, not copies.</summary>
    public const long AppendQueueBytes = 32 << 20;

    /// <summary>Calls and answers of one peer that wait to be written.</summary>
    public const int CallQueueCount = 8192;

    /// <summary>Their bytes; beyond it a call is refused as too many requests rather than kept.</summary>
    public const long CallQueueBytes = 32 << 20;

    /// <summary>Calls of one connection that are being answered at once; beyond it nothing more is read from the call channel.</summary>
    public const int CallsAnsweredAtOnce = 1024;

    /// <summary>Bytes a channel's writer puts together before it flushes: few wake-ups for small messages, no large buffer for big ones.</summary>
    public const int FlushBytes = 64 << 10;

    /// <summary>Receive window of the control channel. Both ends must agree, so it is part of the protocol version.</summary>
    public const long ControlWindowBytes = 256 << 10;

    /// <summary>Receive window of the append channel: one round trip of 8 ms at 1 Gbit/s. Part of the protocol version.</summary>
    public const long AppendWindowBytes = 1 << 20;

    /// <summary>Receive window of the call channel. Part of the protocol version.</summary>
    public const long CallWindowBytes = 512 << 10;

    /// <summary>Smallest bound for one frame; <c>PeerOptions.MaxFrameBytes</c> raises it where larger requests are allowed.</summary>
    public const int MaxFrameBytes = 64 << 20;

    /// <summary>Members one membership may name on the wire; etcd warns beyond 7.</summary>
    public const int MembersPerConfState = 256;

    /// <summary>Longest hello or answer to it: the text of a refusal, or a handful of peer URLs.</summary>
    public const int HelloBytes = 2048;

    /// <summary>
    /// Members of the same cluster that this one does not know yet (it lags behind their addition, or has just joined) and answers nevertheless; etcd
    /// warns beyond 7 members.
    /// </summary>
    public const int RemotesMax = 16;

    /// <summary>
    /// SO_SNDBUF: what a heartbeat may have to wait behind inside the kernel. 256 KiB are 20 ms at 100 Mbit/s, a tenth of the shortest
    /// sensible election timeout, and still fill a 1 Gbit/s link with 2 ms round trip.
    /// </summary>
    public const int SendBufferBytes = 256 << 10;

    /// <summary>TCP_NOTSENT_LOWAT: bytes the kernel holds beyond those in flight, for the same reason.</summary>
    public const int NotSentLowBytes = 64 << 10;

    /// <summary>Timeout of a connect; longer than the first gaps of three SYN retransmissions, short enough for an operator who waits.</summary>
    public static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(3);

    /// <summary>First pause before dialling again.</summary>
    public static readonly TimeSpan RedialMin = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest pause: a returning member is reached within a second, a dead one costs one SYN per second.</summary>
    public static readonly TimeSpan RedialMax = TimeSpan.FromSeconds(1);

    /// <summary>How often a round trip is measured. The election timeout adapts to its p99, which needs some hundred samples.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A connection silent for so long is closed and dialled anew (etcd rafthttp ConnReadTimeout): after a partition TCP's own retransmission
    /// can be a minute away.
    /// </summary>
    public static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A snapshot without progress for this long is aborted; a disk may stall for ten seconds.</summary>
    public static readonly TimeSpan SnapshotStallTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Interval at which the receiver reports that it is still installing a snapshot.</summary>
    public static readonly TimeSpan SnapshotPatienceInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long a sender may take to read the result that its snapshot was not stored.</summary>
    public static readonly TimeSpan VerdictPatience = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of snapshot data per frame, each with its own checksum.</summary>
    public const int SnapshotChunkBytes = 64 << 10;

    /// <summary>Connections that have not identified themselves yet; further ones are closed at once.</summary>
    public const int PendingHandshakes = 64;

    /// <summary>Connections the kernel may keep waiting for us.</summary>
    public const int ListenBacklog = 128;

    /// <summary>Longest head of an HTTP request on the peer port; nothing but GET of a short path is answered.</summary>
    public const int PeerHttpHeadBytes = 8 << 10;
}
