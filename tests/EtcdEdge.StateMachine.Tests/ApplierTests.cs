using System.Buffers;
using CsCheck;
using EtcdEdge.Api;
using EtcdEdge.Api.Membership;
using EtcdEdge.Base;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Lease;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Requests;
using EtcdEdge.StateMachine.Tests.Wire;
using Google.Protobuf;
using Xunit;
using Member = EtcdEdge.StateMachine.Cluster.Member;
using Record = EtcdEdge.StateMachine.Model.Record;

namespace EtcdEdge.StateMachine.Tests;

/// <summary>The applier as a whole: determinism, capture and restore, what is no KV request, what it allocates.</summary>
public sealed class ApplierTests
{
    private static readonly Gen<(RequestKind Kind, IMessage Request)> Requests = Gen.Frequency(
        (5, ApiGen.Put.Select(put => (RequestKind.Put, (IMessage)Tame(put)))),
        (2, ApiGen.DeleteRange.Select(delete => (RequestKind.DeleteRange, (IMessage)delete))),
        (2, ApiGen.Txn.Select(txn => (RequestKind.Txn, (IMessage)txn))),
        (2, Gen.Long[1, 9].Select(id => (RequestKind.LeaseGrant, (IMessage)new LeaseGrantRequest { ID = id, TTL = 60 }))),
        (1, Gen.Long[1, 9].Select(id => (RequestKind.LeaseRevoke, (IMessage)new LeaseRevokeRequest { ID = id }))),
        (1, Gen.Int[1, 3].Select(user => (RequestKind.AuthUserAdd, (IMessage)new AuthUserAddRequest { Name = $"u{user}" }))),
        (1, Gen.Int[1, 3].Select(role => (RequestKind.AuthRoleAdd, (IMessage)new AuthRoleAddRequest { Name = $"r{role}" }))),
        (1, Gen.Int[1, 3].Select(role => (RequestKind.AuthRoleDelete, (IMessage)new AuthRoleDeleteRequest { Role = $"r{role}" }))),
        (1, Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3]).Select((user, role) =>
            (RequestKind.AuthUserGrantRole, (IMessage)new AuthUserGrantRoleRequest { User = $"u{user}", Role = $"r{role}" }))),
        (1, Gen.Long[1, 30].Select(revision => (RequestKind.Compaction, (IMessage)new CompactionRequest { Revision = revision }))));

    [Fact]
    public void Two_members_that_apply_the_same_log_agree_whatever_the_pace_of_their_compactions() =>
        Requests.Array[1, 60].Sample(requests =>
        {
            Machine first = new(), second = new();
            foreach (var (kind, request) in requests.Where(request => IsAdmitted(request.Request)))
            {
                var answer = first.Apply(kind, request);
                Assert.Equal(Show(answer), Show(second.Apply(kind, request)));
                first.CompactStep(1);
            }

            first.Root.HashKv(0, out var firstHash);
            second.Root.HashKv(0, out var secondHash);
            Assert.Equal(firstHash, secondHash);
        }, iter: 300);

    [Fact]
    public void A_restored_member_goes_on_as_the_one_it_was_captured_from() =>
        Gen.Select(Requests.Array[1, 40], Requests.Array[1, 20]).Sample((before, after) =>
        {
            var first = new Machine();
            foreach (var (kind, request) in before.Where(request => IsAdmitted(request.Request)))
            {
                first.Apply(kind, request);
            }

            var snapshot = first.Applier.Capture(first.Root);
            var second = new Machine();
            second.Applier.Restore(snapshot.Header, Records(snapshot.Root));
            var index = snapshot.Header.AppliedIndex;
            foreach (var (kind, request) in after.Where(request => IsAdmitted(request.Request)))
            {
                var entry = EntryCodec.Encode(1, kind, new ReadOnlySequence<byte>(request.ToByteArray()));
                index++;
                var answer = first.Applier.Apply(index, 1, entry, out _);
                Assert.Equal(Show(answer), Show(second.Applier.Apply(index, 1, entry, out _)));
            }

            first.Store.Publish().HashKv(0, out var firstHash);
            second.Store.Publish().HashKv(0, out var secondHash);
            Assert.Equal(firstHash, secondHash);
            Assert.Equal(Leases(first), Leases(second));
        }, iter: 200);

    [Fact]
    public void An_empty_entry_is_applied_and_does_nothing()
    {
        var machine = new Machine();
        var result = machine.Applier.Apply(1, 1, default, out var id);
        Assert.Equal((new ApplyResult(EtcdError.None, null, 1), 0UL, 1UL), (result, id, machine.Applier.AppliedIndex));
    }

    [Fact]
    public void An_entry_is_not_applied_twice()
    {
        var machine = new Machine();
        machine.Applier.Apply(5, 1, default, out _);
        Assert.Throws<InvariantException>(() => machine.Applier.Apply(5, 1, default, out _));
    }

    [Fact]
    public void Members_versions_and_attributes_come_through_the_log()
    {
        var machine = new Machine();
        Assert.Equal(EtcdError.None, machine.Cluster.Add(new Member { Id = 9, PeerUrls = ["http://a:1"] }));
        Assert.Equal(EtcdError.PeerUrlExists, machine.Cluster.Add(new Member { Id = 8, PeerUrls = ["http://a:1"] }));
        Assert.Equal(EtcdError.None, machine.Cluster.Add(new Member { Id = 8, PeerUrls = ["http://b:1"], IsLearner = true }));
        Assert.Equal(EtcdError.MemberNotLearner, machine.Cluster.Promote(9));
        Assert.Equal(EtcdError.None, machine.Cluster.Promote(8));
        machine.Apply(RequestKind.ClusterVersionSet, new ClusterVersionSetRequest { Ver = "3.6.0" });
        machine.Apply(RequestKind.ClusterMemberAttrSet, new ClusterMemberAttrSetRequest
        {
            MemberID = 8,
            MemberAttributes = new Attributes { Name = "n", ClientUrls = { "http://b:2" } },
        });
        var view = machine.Cluster.View;
        Assert.Equal("3.6.0", view.Version);
        Assert.Equal([8UL, 9UL], view.Members.Select(member => member.Id));
        Assert.Equal(("n", "http://b:2", false), (view.Members[0].Name, view.Members[0].ClientUrls[0], view.Members[0].IsLearner));
        Assert.Equal(EtcdError.None, machine.Cluster.Remove(8));
        Assert.Equal(EtcdError.MemberExists, machine.Cluster.Add(new Member { Id = 8, PeerUrls = ["http://c:1"] }));
    }

    [Fact]
    public void A_put_over_an_existing_key_allocates_little_beside_its_record()
    {
        var machine = new Machine();
        var entry = EntryCodec.Encode(1, RequestKind.Put, new ReadOnlySequence<byte>(
            new PutRequest { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8("v") }.ToByteArray()));
        const int puts = 10_000;
        for (ulong i = 1; i <= puts; i++)
        {
            machine.Applier.Apply(i, 1, entry, out _);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong i = puts + 1; i <= 2 * puts; i++)
        {
            machine.Applier.Apply(i, 1, entry, out _);
        }
        // The record itself is 88 bytes; the key's and the log's arrays grow by amortised doubling.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / puts, 88, 160);
    }

    private static PutRequest Tame(PutRequest put)
    {
        put.Lease = put.Lease is > 0 and < 10 ? put.Lease : 0;
        return put;
    }

    private static bool IsAdmitted(IMessage request) => request is not TxnRequest txn
        || KvChecks.Check(TxnOp.Parse(txn.ToByteArray())) == EtcdError.None;

    private static string Show(ApplyResult result) => $"{result.Error} {result.Revision} " + result.Response switch
    {
        KvResult kv => Convert.ToHexString(Machine.BytesOf(kv, result.Revision)),
        object other => other.ToString(),
        null => "",
    };

    private static IEnumerable<string> Leases(Machine machine) => machine.Lessor.ToRecords()
        .Select(lease => $"{lease.Id} {string.Join(' ', machine.Lessor.KeysOf(lease.Id)!.Select(key => Convert.ToHexString(key.Span)))}");

    private static List<Record> Records(MvccRoot root)
    {
        var records = new List<Record>();
        foreach (var record in root.History.From(0))
        {
            records.Add(record);
        }

        return records;
    }
}
