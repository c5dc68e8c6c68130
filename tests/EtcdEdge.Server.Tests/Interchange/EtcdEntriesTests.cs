using System.Buffers;
using EtcdEdge.Api;
using EtcdEdge.Api.Membership;
using EtcdEdge.Api.Stored;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.EtcdFormat;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;
using Xunit;

namespace EtcdEdge.Server.Tests.Interchange;

// Goal: each kind of entry of etcd's log means the same in ours. Method: one of each, converted and decoded by the code that will apply it.
public sealed class EtcdEntriesTests
{
    [Fact]
    public void A_request_stays_as_it_is()
    {
        var put = EntryCodec.Encode(7, RequestKind.Put,
            new ReadOnlySequence<byte>(new PutRequest { Key = ByteString.CopyFromUtf8("k") }.ToByteArray()));
        var entry = Convert(0, put);
        Assert.Equal(put, entry.Data.ToArray());
        Assert.Equal((3UL, 11UL, EntryType.Normal), (entry.Term, entry.Index, entry.Type));
        Assert.True(Convert(0, []).Data.IsEmpty);
    }

    [Theory]
    [InlineData(0, "{\"id\":18,\"peerURLs\":[\"http://a:1\"],\"name\":\"a\"}", MembershipChangeKind.Add, ConfChangeType.AddVoter, false)]
    [InlineData(3, "{\"id\":18,\"peerURLs\":[\"http://a:1\"],\"isLearner\":true}", MembershipChangeKind.Add, ConfChangeType.AddLearner, true)]
    [InlineData(0, "{\"id\":18,\"isPromote\":true}", MembershipChangeKind.Promote, ConfChangeType.AddVoter, false)]
    [InlineData(1, "", MembershipChangeKind.Remove, ConfChangeType.Remove, false)]
    [InlineData(2, "{\"id\":18,\"peerURLs\":[\"http://b:1\"]}", MembershipChangeKind.UpdatePeerUrls, ConfChangeType.AddVoter, false)]
    public void A_change_of_the_membership_is_ours(int type, string context, MembershipChangeKind kind, ConfChangeType step, bool isLearner)
    {
        var old = new WalConfChange { ID = 4, Type = type, NodeID = 18, Context = ByteString.CopyFromUtf8(context) };
        var entry = Convert(1, old.ToByteArray());
        Assert.Equal(EntryType.ConfChange, entry.Type);
        var change = ConfChange.Decode(entry.Data);
        Assert.Equal(new ConfChangeSingle(step, 18), Assert.Single(change.Changes));
        var membership = MembershipChange.Decode(change.Context.Span);
        Assert.Equal((kind, 18UL, isLearner, 4UL), (membership.Kind, membership.Member.Id, membership.Member.IsLearner, membership.RequestId));
        Assert.Equal(context.Contains("http", StringComparison.Ordinal) ? 1 : 0, membership.Member.PeerUrls.Length);
    }

    [Fact]
    public void What_a_member_says_of_itself_through_the_v2_store_becomes_a_request()
    {
        var request = new StoredV2Request
        {
            ID = 6,
            Method = "PUT",
            Path = "/0/members/12ab/attributes",
            Val = "{\"name\":\"a\",\"clientURLs\":[\"http://a:2379\"]}",
        };
        var logged = EntryCodec.Parse(Convert(0, request.ToByteArray()).Data);
        Assert.Equal((6UL, RequestKind.ClusterMemberAttrSet), (logged.Id, logged.Kind));
        var attributes = ClusterMemberAttrSetRequest.Parser.ParseFrom(logged.Payload.Span);
        Assert.Equal((0x12abUL, "a", "http://a:2379"),
            (attributes.MemberID, attributes.MemberAttributes.Name, attributes.MemberAttributes.ClientUrls[0]));
    }

    [Fact]
    public void The_version_that_is_set_through_the_v2_store_becomes_a_request()
    {
        var request = new StoredRequest { V2 = new StoredV2Request { Method = "PUT", Path = "/0/version", Val = "3.5.0" } };
        var logged = EntryCodec.Parse(Convert(0, request.ToByteArray()).Data);
        Assert.Equal("3.5.0", ClusterVersionSetRequest.Parser.ParseFrom(logged.Payload.Span).Ver);
    }

    [Fact]
    public void The_v2_store_s_clock_and_reads_are_nothing_and_its_keys_are_refused()
    {
        Assert.True(Convert(0, new StoredV2Request { Method = "SYNC", Path = "/" }.ToByteArray()).Data.IsEmpty);
        Assert.True(Convert(0, new StoredV2Request { Method = "QGET", Path = "/1/key" }.ToByteArray()).Data.IsEmpty);
        var put = new StoredV2Request { Method = "PUT", Path = "/1/key", Val = "x" }.ToByteArray();
        var refusal = Assert.Throws<ImportException>(() => Convert(0, put));
        Assert.StartsWith(
            "entry 11 of etcd's log cannot be taken over: it is a request of the v2 API (PUT /1/key), and keys of that API are not taken over; "
                + "restore ",
            refusal.Message, StringComparison.Ordinal);
    }

    private static Entry Convert(int type, byte[] data) =>
        EtcdEntries.Convert(new WalEntry { Type = type, Term = 3, Index = 11, Data = ByteString.CopyFrom(data) }, _ => false);
}
