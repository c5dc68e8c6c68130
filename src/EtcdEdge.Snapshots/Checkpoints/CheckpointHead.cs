using EtcdEdge.Api.State;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Snapshot;
using Google.Protobuf;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>A checkpoint beside its segments: the state's header, Raft's membership, and how many records the segments have to give.</summary>
public sealed record CheckpointHead(StateSnapshotHeader State, ConfState Membership, long Records)
{
    public static CheckpointHead Of(CapturedSnapshot captured) =>
        new(captured.State.Header, captured.Membership, captured.State.Root.RecordCount);

    public SnapshotMetadata Metadata => new(State.AppliedIndex, State.AppliedTerm, Membership);

    public byte[] Encode() => new CheckpointMeta
    {
        Header = UnsafeByteOperations.UnsafeWrap(StateHeaderCodec.Encode(State)),
        Membership = new MembershipState
        {
            Voters = { Membership.Voters },
            VotersOutgoing = { Membership.VotersOutgoing },
            Learners = { Membership.Learners },
            LearnersNext = { Membership.LearnersNext },
            AutoLeave = Membership.AutoLeave,
        },
        Records = Records,
    }.ToByteArray();

    /// <exception cref="MalformedMessageException">The bytes are no checkpoint's head, or one of a newer format.</exception>
    public static CheckpointHead Decode(byte[] bytes)
    {
        try
        {
            var meta = CheckpointMeta.Parser.ParseFrom(bytes);
            return new CheckpointHead(StateHeaderCodec.Decode(meta.Header.Span), MembershipOf(meta.Membership ?? new MembershipState()),
                meta.Records);
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw new MalformedMessageException("a checkpoint's head", malformed);
        }
    }

    private static ConfState MembershipOf(MembershipState message) => new()
    {
        Voters = message.Voters,
        VotersOutgoing = message.VotersOutgoing,
        Learners = message.Learners,
        LearnersNext = message.LearnersNext,
        AutoLeave = message.AutoLeave,
    };
}
