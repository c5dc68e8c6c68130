using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EtcdEdge.Api.Membership;
using EtcdEdge.Api.Stored;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;
using Member = EtcdEdge.StateMachine.Cluster.Member;

namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>
/// Entries of etcd's log as entries of ours. Requests have the same encoding in both; what differs is the changes of the membership, and what etcd up
/// to 3.5 still sends through its v2 store: a member's name and URLs, and the cluster's version.
/// </summary>
public static class EtcdEntries
{
    private const int Normal = 0;
    private const int ConfChange = 1;
    private const int ConfChangeV2 = 2;

    /// <param name="entry">An entry of etcd's log.</param>
    /// <param name="isLearner">Whether a member, by its id, is a learner before this entry.</param>
    /// <exception cref="ImportException">It contains something that EtcdEdge cannot do: a request to the v2 store, a joint change.</exception>
    public static Entry Convert(WalEntry entry, Func<ulong, bool> isLearner)
    {
        try
        {
            return entry.Type switch
            {
                Normal => new Entry(entry.Term, entry.Index, EntryType.Normal, NormalData(entry)),
                ConfChange => MembershipEntry(entry, WalConfChange.Parser.ParseFrom(entry.Data), isLearner),
                ConfChangeV2 => MembershipEntry(entry, SingleChange(entry), isLearner),
                _ => throw Unknown(entry, $"its type is {entry.Type}"),
            };
        }
        catch (Exception malformed) when (
            malformed is InvalidProtocolBufferException or MalformedMessageException or JsonException or InvalidOperationException)
        {
            throw Unknown(entry, malformed.Message);
        }
    }

    private static ImportException Unknown(WalEntry entry, string why) =>
        new(string.Create(CultureInfo.InvariantCulture, $"entry {entry.Index} of etcd's log cannot be taken over: {why}"));

    private static ReadOnlyMemory<byte> NormalData(WalEntry entry)
    {
        if (entry.Data.IsEmpty)
        {
            return default;
        }

        var v2 = V2RequestIn(entry.Data);
        return v2 is null ? entry.Data.Memory : V2Data(entry, v2);
    }

    // Up to 3.5 a v2 request is an entry by itself, recognised by not being an InternalRaftRequest (etcdserver/server.go, applyEntryNormal).
    private static StoredV2Request? V2RequestIn(ByteString data)
    {
        try
        {
            return StoredRequest.Parser.ParseFrom(data).V2;
        }
        catch (InvalidProtocolBufferException)
        {
            return StoredV2Request.Parser.ParseFrom(data);
        }
    }

    // etcd server/etcdserver/apply_v2.go, Put: members publish themselves, and the leader sets the version, through the v2 store.
    private static ReadOnlyMemory<byte> V2Data(WalEntry entry, StoredV2Request request)
    {
        var path = request.Path.Split('/');
        if (request.Method == "PUT" && path is ["", "0", "members", var id, "attributes"]
            && ulong.TryParse(id, NumberStyles.AllowHexSpecifier, null, out var member))
        {
            var attributes = MembershipJson.Decode(member, System.Text.Encoding.UTF8.GetBytes(request.Val));
            return Encode(request.ID, RequestKind.ClusterMemberAttrSet, new ClusterMemberAttrSetRequest
            {
                MemberID = member,
                MemberAttributes = new Attributes { Name = attributes.Name, ClientUrls = { attributes.ClientUrls } },
            });
        }

        return (request.Method, request.Path) switch
        {
            ("PUT", "/0/version") => Encode(request.ID, RequestKind.ClusterVersionSet, new ClusterVersionSetRequest { Ver = request.Val }),
            // The clock of a store without keys; a linearizable read, which /health of a server with --enable-v2 makes too.
            ("SYNC" or "QGET", _) => default(ReadOnlyMemory<byte>),
            _ => throw Unknown(entry, $"it is a request of the v2 API ({request.Method} {request.Path}), and keys of that API are not taken over; "
                + "restore the v3 keys alone from a snapshot (etcdctl snapshot save, etcdutl snapshot restore)"),
        };
    }

    private static ReadOnlyMemory<byte> Encode(ulong id, RequestKind kind, IMessage request) =>
        EntryCodec.Encode(id, kind, new ReadOnlySequence<byte>(request.ToByteArray()));

    private static WalConfChange SingleChange(WalEntry entry)
    {
        var change = WalConfChangeV2.Parser.ParseFrom(entry.Data);
        return change.Changes is [var single]
            ? new WalConfChange { Type = single.Type, NodeID = single.NodeID, Context = change.Context }
            : throw Unknown(entry, $"it changes {change.Changes.Count} members at once");
    }

    private static Entry MembershipEntry(WalEntry entry, WalConfChange change, Func<ulong, bool> isLearner)
    {
        var (member, isPromote) = MemberIn(change);
        var (type, kind) = change.Type switch
        {
            0 when isPromote => (ConfChangeType.AddVoter, MembershipChangeKind.Promote),
            0 => (ConfChangeType.AddVoter, MembershipChangeKind.Add),
            1 => (ConfChangeType.Remove, MembershipChangeKind.Remove),
            // For Raft no change at all: the member stays what it is.
            2 => (isLearner(change.NodeID) ? ConfChangeType.AddLearner : ConfChangeType.AddVoter, MembershipChangeKind.UpdatePeerUrls),
            3 => (ConfChangeType.AddLearner, MembershipChangeKind.Add),
            _ => throw Unknown(entry, $"it changes the membership in the unknown way {change.Type}"),
        };
        var context = new MembershipChange(change.ID, kind,
            member with { IsLearner = kind == MembershipChangeKind.Add && type == ConfChangeType.AddLearner });
        var converted = Raft.Membership.ConfChange.Of(type, change.NodeID) with { Context = context.Encode() };
        return new Entry(entry.Term, entry.Index, EntryType.ConfChange, converted.Encode());
    }

    private static (Member Member, bool IsPromote) MemberIn(WalConfChange change)
    {
        if (change.Context.IsEmpty)
        {
            return (new Member { Id = change.NodeID }, false);
        }

        using var document = JsonDocument.Parse(change.Context.Memory);
        var isPromote = document.RootElement.TryGetProperty("isPromote", out var promote) && promote.GetBoolean();
        return (MembershipJson.Decode(change.NodeID, change.Context.Memory), isPromote);
    }
}
