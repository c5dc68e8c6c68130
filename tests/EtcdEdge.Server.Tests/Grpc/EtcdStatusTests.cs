using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Grpc;

/// <summary>
/// Goal: every refusal reads as etcd's. Method: the texts of etcd's api/v3rpc/rpctypes/error.go by code, and every error value must have
/// exactly one of them.
/// </summary>
public sealed class EtcdStatusTests
{
    private static readonly Dictionary<StatusCode, string> s_facts = new()
    {
        [StatusCode.InvalidArgument] = """
            key is not provided · key not found · value is provided · lease is provided · too many operations in txn request ·
            duplicate key given in txn request · invalid client api version · invalid sort option · given member URLs are invalid ·
            request is too large · user name is empty · role name is empty · authentication failed, invalid user ID or password ·
            permission not given · invalid auth management · revision of auth store is old · wrong downgrade target version format ·
            invalid downgrade target version
            """,
        [StatusCode.OutOfRange] =
            "mvcc: required revision has been compacted · mvcc: required revision is a future revision · too large lease TTL",
        [StatusCode.ResourceExhausted] = "mvcc: database space exceeded · too many requests",
        [StatusCode.NotFound] = "requested lease not found · member not found",
        [StatusCode.FailedPrecondition] = """
            lease already exists · member ID already exist · Peer URLs already exists ·
            re-configuration failed due to not enough started members · can only promote a learner member ·
            can only promote a learner member which is in sync with leader · too many learner members in cluster · cluster ID mismatch ·
            root user does not exist · root user does not have root role · user name already exists · user name not found ·
            role name already exists · role name not found · role is not granted to the user · permission is not granted to the role ·
            authentication is not enabled · not leader · not capable · rpc not supported for learner · bad leader transferee ·
            cluster version not found during downgrade · cluster has a downgrade job in progress · no inflight downgrade job
            """,
        [StatusCode.Cancelled] = "watch canceled · request canceled",
        [StatusCode.PermissionDenied] = "permission denied",
        [StatusCode.Unauthenticated] = "invalid auth token",
        [StatusCode.Unavailable] = """
            no leader · leader changed · server stopped · request timed out · request timed out, possibly due to previous leader failure ·
            request timed out, possibly due to connection lost ·
            request timed out, waiting for the applied index took too long · unhealthy cluster
            """,
        [StatusCode.DataLoss] = "corrupt cluster",
    };

    [Fact]
    public void Every_refusal_has_one_of_etcds_texts_and_every_text_is_used()
    {
        var expected = s_facts.SelectMany(row => Texts(row.Value).Select(text => (row.Key, "etcdserver: " + text))).ToList();
        expected.Add((StatusCode.Unimplemented, "RangeStream does not support custom sort orders"));
        expected.Add((StatusCode.Unknown, "auth: authentication failed, password was given for no password user"));
        var actual = Enum.GetValues<EtcdError>().Where(e => e != EtcdError.None).Select(EtcdStatus.Of).Select(s => (s.StatusCode, s.Detail))
            .Distinct();
        Assert.Equal(expected.Order(), actual.Order());
    }

    [Fact]
    public void No_refusal_throws_nothing() => EtcdStatus.ThrowIfRefused(EtcdError.None);

    private static IEnumerable<string> Texts(string row) => row.Split('·').Select(text => text.Trim());
}
