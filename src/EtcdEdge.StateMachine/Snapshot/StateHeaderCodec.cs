using EtcdEdge.Api;
using EtcdEdge.Api.State;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.V2;
using Google.Protobuf;

namespace EtcdEdge.StateMachine.Snapshot;

/// <summary>A state's header as bytes (state.proto): in checkpoints on the disk and at the head of the snapshots members send each other.</summary>
public static class StateHeaderCodec
{
    /// <summary>The newest known format. A header names the oldest format whose readers understand it.</summary>
    private const uint Format = 2;

    /// <summary>The format of a state without v2 keys.</summary>
    private const uint FormatWithoutV2 = 1;

    public static byte[] Encode(StateSnapshotHeader header) => new StateHeader
    {
        Format = header.V2.IsInitial ? FormatWithoutV2 : Format,
        AppliedIndex = header.AppliedIndex,
        AppliedTerm = header.AppliedTerm,
        Revision = header.Revision,
        CompactRevision = header.CompactRevision,
        Leases = { header.Leases.Select(lease => new LeaseState { ID = lease.Id, TTL = lease.TtlSeconds, Checkpoint = lease.CheckpointSeconds }) },
        Alarms = { header.Alarms.Select(alarm => new AlarmState { MemberID = alarm.MemberId, Type = (int)alarm.Type }) },
        Cluster = MessageOf(header.Cluster),
        Auth = MessageOf(header.Auth),
        V2 = header.V2.IsInitial ? null : V2StateCodec.MessageOf(header.V2),
    }.ToByteArray();

    /// <exception cref="MalformedMessageException">The bytes are no header, or one of a newer format.</exception>
    public static StateSnapshotHeader Decode(ReadOnlySpan<byte> bytes)
    {
        var message = Parse(bytes);
        if (message.Format is 0 or > Format)
        {
            throw new MalformedMessageException($"the state has format {message.Format}; this version reads up to {Format}");
        }

        return new StateSnapshotHeader
        {
            AppliedIndex = message.AppliedIndex,
            AppliedTerm = message.AppliedTerm,
            Revision = message.Revision,
            CompactRevision = message.CompactRevision,
            Leases = [.. message.Leases.Select(lease => new LeaseRecord(lease.ID, lease.TTL, lease.Checkpoint))],
            Alarms = [.. message.Alarms.Select(alarm => new ActiveAlarm(alarm.MemberID, (AlarmType)alarm.Type))],
            Cluster = ViewOf(message.Cluster ?? new Api.State.ClusterState()),
            Auth = message.Auth is { } auth ? ViewOf(auth) : AuthView.Initial,
            V2 = message.V2 is { } v2 ? V2StateCodec.ViewOf(v2) : V2View.Initial,
        };
    }

    private static StateHeader Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StateHeader.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw new MalformedMessageException("a state's header", malformed);
        }
    }

    private static Api.State.ClusterState MessageOf(ClusterView view) => new()
    {
        Members = { view.Members.Select(member => member.ToMessage()) },
        Removed = { view.Removed },
        Version = view.Version,
        DowngradeTarget = view.DowngradeTarget,
    };

    private static ClusterView ViewOf(Api.State.ClusterState message) => new()
    {
        Members = [.. message.Members.Select(Cluster.Member.Of)],
        Removed = [.. message.Removed],
        Version = message.Version,
        DowngradeTarget = message.DowngradeTarget,
    };

    private static AuthState MessageOf(AuthView view) => new()
    {
        Enabled = view.IsEnabled,
        Revision = view.Revision,
        Users = { view.Users.Values.Select(user => user.ToMessage()) },
        Roles = { view.Roles.Values.Select(role => role.ToMessage()) },
    };

    private static AuthView ViewOf(AuthState message) =>
        AuthView.Of(message.Enabled, message.Revision, message.Users.Select(AuthUser.Of), message.Roles.Select(AuthRole.Of));
}
