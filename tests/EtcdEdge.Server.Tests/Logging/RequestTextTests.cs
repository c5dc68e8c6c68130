using System.Buffers;
using EtcdEdge.Api;
using EtcdEdge.Server.Logging;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;
using Xunit;

namespace EtcdEdge.Server.Tests.Logging;

/// <summary>
/// Goal: a request in a log line reads as in etcd's, without values and secrets. Expected texts are etcd 3.5.30's but for what it tells of secrets.
/// </summary>
public sealed class RequestTextTests
{
    [Fact]
    public void A_put_shows_its_key_and_the_size_of_its_value() => Assert.Equal(
        """header:<ID:7 username:"u" auth_revision:3 > put:<key:"k\"\\\n\000\377" value_size:6 lease:9 >""",
        TextOf(RequestKind.Put,
            new PutRequest
            {
                Key = ByteString.CopyFrom("k\"\\\n\0"u8.ToArray().Append((byte)0xff).ToArray()),
                Value = ByteString.CopyFromUtf8("secret"),
                Lease = 9
            }, new AuthInfo("u", 3)));

    [Fact]
    public void A_transaction_shows_its_comparisons_and_branches()
    {
        var key = ByteString.CopyFromUtf8("k");
        var txn = new TxnRequest
        {
            Compare = { new Compare { Key = key, Target = Compare.Types.CompareTarget.Value, Value = ByteString.CopyFromUtf8("secret") } },
            Success = { new RequestOp { RequestPut = new PutRequest { Key = key, Value = ByteString.CopyFromUtf8("secret") } } },
            Failure = { new RequestOp { RequestRange = new RangeRequest { Key = key, CountOnly = true } } },
        };
        Assert.Equal(
            "header:<ID:7 > txn:<compare:<target:VALUE key:\"k\" value_size:6 > success:<request_put:<key:\"k\" value_size:6 > > "
            + "failure:<request_range:<key:\"k\" count_only:true > > >",
            TextOf(RequestKind.Txn, txn));
    }

    [Fact]
    public void Passwords_hashes_and_tokens_are_not_shown()
    {
        var user = new AuthUserAddRequest { Name = "u", Password = "secret", HashedPassword = "secret" };
        Assert.Equal("header:<ID:7 > auth_user_add:<name:\"u\" >", TextOf(RequestKind.AuthUserAdd, user));
        var authenticate = new InternalAuthenticateRequest { Name = "u", Password = "secret", SimpleToken = "secret" };
        Assert.Equal("header:<ID:7 > authenticate:<name:\"u\" >", TextOf(RequestKind.Authenticate, authenticate));
        Assert.DoesNotContain("secret",
            TextOf(RequestKind.V2, new V2Request { Method = "PUT", Path = "/1/k", Val = "secret", PrevValue = "secret" }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_request_has_no_text() => Assert.Equal("", RequestText.Of(new byte[] { 0xff }));

    private static string TextOf(RequestKind kind, IMessage request, AuthInfo who = default) =>
        RequestText.Of(EntryCodec.Encode(7, kind, new ReadOnlySequence<byte>(request.ToByteArray()), who));
}
