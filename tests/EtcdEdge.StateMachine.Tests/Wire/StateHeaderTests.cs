using EtcdEdge.Api;
using EtcdEdge.Api.State;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Snapshot;
using Google.Protobuf;

namespace EtcdEdge.StateMachine.Tests.Wire;

/// <summary>A header comes back whole; one from a newer version is read when it may be and refused when it may not.</summary>
public sealed class StateHeaderTests
{
    private static readonly StateSnapshotHeader s_full = new()
    {
        AppliedIndex = 90,
        AppliedTerm = 3,
        Revision = 12,
        CompactRevision = -1,
        Leases = [new LeaseRecord(-5, 60, 0), new LeaseRecord(7, 9_000_000_000, 12)],
        Alarms = [new ActiveAlarm(8, AlarmType.Nospace), new ActiveAlarm(8, AlarmType.Corrupt)],
        Cluster = new ClusterView
        {
            Members = [new Cluster.Member { Id = ulong.MaxValue, Name = "n", PeerUrls = ["http://a:1", "http://b:1"], ClientUrls = ["http://a:2"],
                IsLearner = true }],
            Removed = [3, 4],
            Version = "3.6.0",
            DowngradeTarget = "3.5.0",
        },
    };

    [Fact]
    public void Every_field_comes_back() => Assert.Equal(Show(s_full), Show(StateHeaderCodec.Decode(StateHeaderCodec.Encode(s_full))));

    [Fact]
    public void Users_and_roles_come_back()
    {
        var alice = new AuthUser("alice") { PasswordHash = "hash"u8.ToArray(), Roles = ["r", "root"] };
        var cert = new AuthUser("cert") { HasNoPassword = true };
        var permission = new AuthPermission(Permission.Types.Type.Write, new KeyRange("a"u8.ToArray(), "b"u8.ToArray()));
        var auth = AuthView.Of(true, 9, [cert, alice], [new AuthRole("r", [permission]), new AuthRole("empty", [])]);
        var back = StateHeaderCodec.Decode(StateHeaderCodec.Encode(s_full with { Auth = auth })).Auth;
        Assert.Equal((true, 9UL), (back.IsEnabled, back.Revision));
        Assert.Equal([alice.ToMessage(), cert.ToMessage()], back.Users.Values.Select(user => user.ToMessage()));
        Assert.Equal(auth.Roles.Values.Select(role => role.ToMessage()), back.Roles.Values.Select(role => role.ToMessage()));
        Assert.Equal(EtcdError.None, back.CheckAdmin(new AuthInfo("alice", 9)));
    }

    [Fact]
    public void A_state_of_a_version_without_users_has_none()
    {
        var header = StateHeader.Parser.ParseFrom(StateHeaderCodec.Encode(s_full));
        header.Auth = null;
        var auth = StateHeaderCodec.Decode(header.ToByteArray()).Auth;
        Assert.Equal((false, 1UL, 0), (auth.IsEnabled, auth.Revision, auth.Users.Count));
    }

    [Fact]
    public void An_empty_state_comes_back()
    {
        var empty = new StateSnapshotHeader { AppliedIndex = 0, AppliedTerm = 0, Revision = 1, CompactRevision = -1 };
        Assert.Equal(Show(empty), Show(StateHeaderCodec.Decode(StateHeaderCodec.Encode(empty))));
    }

    [Fact]
    public void A_field_of_a_later_version_is_passed_over()
    {
        byte[] later = [.. StateHeaderCodec.Encode(s_full), 0xfa, 0x7f, 1, 9];
        Assert.Equal(Show(s_full), Show(StateHeaderCodec.Decode(later)));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    public void A_format_this_version_does_not_know_is_refused(uint format)
    {
        var header = StateHeader.Parser.ParseFrom(StateHeaderCodec.Encode(s_full));
        header.Format = format;
        Assert.Throws<MalformedMessageException>(() => StateHeaderCodec.Decode(header.ToByteArray()));
    }

    [Fact]
    public void What_is_no_header_is_refused() => Assert.Throws<MalformedMessageException>(() => StateHeaderCodec.Decode([0xff, 0xff]));

    private static string Show(StateSnapshotHeader header) =>
        $"{header.AppliedIndex}/{header.AppliedTerm} {header.Revision}/{header.CompactRevision} {string.Join(' ', header.Leases)} "
        + $"{string.Join(' ', header.Alarms)} {string.Join(' ', header.Cluster.Removed)} {header.Cluster.Version} {header.Cluster.DowngradeTarget} "
        + string.Join(' ', header.Cluster.Members.Select(
            member => $"{member.Id} {member.Name} {string.Join(',', member.PeerUrls)} {string.Join(',', member.ClientUrls)} {member.IsLearner}"));
}
