using System.Buffers;
using System.Text;
using CsCheck;
using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;
using Xunit;

namespace EtcdEdge.StateMachine.Tests.Wire;

/// <summary>The log entry's codec against the generated InternalRaftRequest, and against every cut of its bytes.</summary>
public sealed class EntryCodecTests
{
    [Fact]
    public void An_entry_is_the_InternalRaftRequest_that_etcd_would_read() =>
        Gen.Select(Gen.ULong, ApiGen.Put).Sample((id, put) =>
        {
            var entry = EntryCodec.Encode(id, RequestKind.Put, new ReadOnlySequence<byte>(put.ToByteArray()));
            var twin = InternalRaftRequest.Parser.ParseFrom(entry);
            Assert.Equal(id, twin.Header.ID);
            Assert.Equal(put, twin.Put);
        });

    [Fact]
    public void What_etcd_wrote_reads_back() =>
        Gen.Select(Gen.ULong, Gen.ULong[0, 3], ApiGen.Txn).Sample((headerId, id, txn) =>
        {
            var twin = new InternalRaftRequest { ID = id, Header = new RequestHeader { ID = headerId, Username = "u", AuthRevision = 3 }, Txn = txn };
            var request = EntryCodec.Parse(twin.ToByteArray());
            Assert.Equal(id == 0 ? headerId : id, request.Id);
            Assert.Equal(RequestKind.Txn, request.Kind);
            Assert.Equal(new AuthInfo("u", 3), request.Who);
            Assert.Equal(txn.ToByteArray(), request.Payload.ToArray());
        });

    [Fact]
    public void Whose_request_it_is_stands_in_the_header_as_etcd_has_it() =>
        Gen.Select(Gen.ULong, Gen.String, Gen.ULong).Sample((id, name, revision) =>
        {
            var entry = EntryCodec.Encode(id, RequestKind.AuthEnable, ReadOnlySequence<byte>.Empty, new AuthInfo(name, revision));
            var twin = InternalRaftRequest.Parser.ParseFrom(entry);
            var plain = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name));
            Assert.Equal((id, plain, revision), (twin.Header.ID, twin.Header.Username, twin.Header.AuthRevision));
            Assert.Equal((plain, revision), (EntryCodec.Parse(entry).Who.Username ?? "", EntryCodec.Parse(entry).Who.Revision));
            Assert.NotNull(twin.AuthEnable);
        });

    [Theory]
    [InlineData(RequestKind.Put)]
    [InlineData(RequestKind.LeaseCheckpoint)]
    [InlineData(RequestKind.AuthEnable)]
    [InlineData(RequestKind.DowngradeInfoSet)]
    public void Every_kind_is_its_field_number_and_an_empty_request_is_a_request(RequestKind kind)
    {
        var request = EntryCodec.Parse(EntryCodec.Encode(0, kind, ReadOnlySequence<byte>.Empty));
        Assert.Equal(new LoggedRequest(0, kind, request.Payload, AuthInfo.None), request);
        Assert.True(request.Payload.IsEmpty);
    }

    [Fact]
    public void The_payload_is_a_slice_of_the_entry()
    {
        var entry = EntryCodec.Encode(1, RequestKind.Put, new ReadOnlySequence<byte>("abc"u8.ToArray()));
        var payload = EntryCodec.Parse(entry).Payload;
        entry[^1] = (byte)'z';
        Assert.Equal("abz"u8.ToArray(), payload.ToArray());
    }

    [Fact]
    public void An_entry_cut_anywhere_is_malformed_or_lacks_its_request()
    {
        var entry = EntryCodec.Encode(77, RequestKind.Put, new ReadOnlySequence<byte>(new byte[200]));
        for (var length = 0; length < entry.Length; length++)
        {
            try
            {
                Assert.Equal((RequestKind)0, EntryCodec.Parse(entry.AsMemory(0, length)).Kind);
            }
            catch (MalformedMessageException)
            {
            }
        }
    }
}
