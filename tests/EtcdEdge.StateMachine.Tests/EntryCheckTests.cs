using System.Buffers;
using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;
using Xunit;

namespace EtcdEdge.StateMachine.Tests;

/// <summary>Goal: what another member forwards gets into everybody's log only if everybody can apply it.</summary>
public sealed class EntryCheckTests
{
    private static readonly ByteString s_key = ByteString.CopyFromUtf8("k");

    [Fact]
    public void What_a_client_may_propose_is_applicable()
    {
        Assert.True(EntryCheck.IsApplicable(Entry(RequestKind.Put, new PutRequest { Key = s_key })));
        Assert.True(EntryCheck.IsApplicable(Entry(RequestKind.DeleteRange, new DeleteRangeRequest { Key = s_key })));
        Assert.True(EntryCheck.IsApplicable(
            Entry(RequestKind.Txn, new TxnRequest { Success = { new RequestOp { RequestPut = new PutRequest { Key = s_key } } } })));
        Assert.True(EntryCheck.IsApplicable(Entry(RequestKind.LeaseGrant, new LeaseGrantRequest { ID = 1, TTL = 2 })));
    }

    [Fact]
    public void What_cannot_be_applied_is_not()
    {
        Assert.False(EntryCheck.IsApplicable(new byte[] { 0xff }));
        Assert.False(EntryCheck.IsApplicable(Entry(RequestKind.Put, new PutRequest())));
        Assert.False(EntryCheck.IsApplicable(Entry(RequestKind.Txn, new TxnRequest { Success = { new RequestOp() } })));
        foreach (var kind in (RequestKind[])[RequestKind.Put, RequestKind.Txn, RequestKind.LeaseGrant, RequestKind.AuthUserAdd])
        {
            Assert.False(EntryCheck.IsApplicable(EntryCodec.Encode(1, kind, new ReadOnlySequence<byte>([0x0a, 0x05, 0x61]))));
        }
    }

    private static byte[] Entry(RequestKind kind, IMessage request) => EntryCodec.Encode(1, kind, new ReadOnlySequence<byte>(request.ToByteArray()));
}
