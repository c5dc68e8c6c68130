using EtcdEdge.Api;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Forwarding;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>etcdserverpb.Lease. Grants and revocations go through the log; the remaining time comes from the <see cref="LeaseForwarder"/>.</summary>
/// <param name="node">The node.</param>
/// <param name="access">Whose call it is, and what it may do.</param>
/// <param name="primary">Keeps the time.</param>
/// <param name="leaders">Ends the streams that require a leader.</param>
/// <param name="minTtlSeconds">The shortest TTL granted, 1.5 election timeouts rounded up: a shorter one would end during an election.</param>
internal sealed class LeaseService(IEtcdNode node, AccessControl access, LeaseForwarder primary, LeaderMonitor leaders, long minTtlSeconds)
    : IRpcService
{
    private const string Name = "etcdserverpb.Lease";
    private static readonly WriteOptions _buffered = new(WriteFlags.BufferHint);
    private readonly ResponseHeaders _headers = new(node);

    public void Bind(RpcBinder binder)
    {
        binder.Unary(Messages.Unary(Name, "LeaseGrant", LeaseGrantRequest.Parser, LeaseGrantResponse.Parser), GrantAsync);
        binder.Unary(Messages.Unary(Name, "LeaseRevoke", LeaseRevokeRequest.Parser, LeaseRevokeResponse.Parser), RevokeAsync);
        binder.Unary(Messages.Unary(Name, "LeaseTimeToLive", LeaseTimeToLiveRequest.Parser, LeaseTimeToLiveResponse.Parser), TimeToLiveAsync);
        binder.Unary(Messages.Unary(Name, "LeaseLeases", LeaseLeasesRequest.Parser, LeaseLeasesResponse.Parser), LeasesAsync);
        binder.Duplex(
            Messages.Duplex(Name, "LeaseKeepAlive", LeaseKeepAliveRequest.Parser, LeaseKeepAliveResponse.Parser), KeepAliveAsync);
    }

    private async ValueTask<LeaseGrantResponse> GrantAsync(LeaseGrantRequest request, ServerCallContext context)
    {
        if (request.ID == 0)
        {
            request.ID = Random.Shared.NextInt64(1, long.MaxValue);
        }

        request.TTL = Math.Max(request.TTL, minTtlSeconds);
        await access.RequireUserAsync(context);
        var result = await access.ProposeAsync(RequestKind.LeaseGrant, request, context);
        return new LeaseGrantResponse { Header = _headers.MessageAt(result.Revision), ID = request.ID, TTL = request.TTL };
    }

    private async ValueTask<LeaseRevokeResponse> RevokeAsync(LeaseRevokeRequest request, ServerCallContext context)
    {
        await access.RequireUserAsync(context);
        var result = await access.ProposeAsync(RequestKind.LeaseRevoke, request, context);
        return new LeaseRevokeResponse { Header = _headers.MessageAt(result.Revision) };
    }

    // The lease's keys are shown to callers that may read all of them (etcd v3_server.go, checkLeaseTimeToLive). The leader, which answers, may have
    // keys that have not been applied here; they are checked too.
    private async ValueTask<LeaseTimeToLiveResponse> TimeToLiveAsync(LeaseTimeToLiveRequest request, ServerCallContext context)
    {
        var who = await access.RequireUserAsync(context);
        EtcdStatus.ThrowIfRefused(request.Keys ? access.GateOf(who).CheckLeaseRead(request.ID) : EtcdError.None);
        var response = await primary.TimeToLiveAsync(request.ID, context.CancellationToken);
        if (request.Keys)
        {
            EtcdStatus.ThrowIfRefused(access.GateOf(who).CheckReads(response.Keys.Select(key => key.Memory)));
            access.ThrowIfStale(who);
        }
        else
        {
            response.Keys.Clear();
        }

        response.Header = _headers.MessageNow();
        return response;
    }

    // All leases or none, as in etcd: a list filtered by rights would be a different answer.
    private async ValueTask<LeaseLeasesResponse> LeasesAsync(LeaseLeasesRequest request, ServerCallContext context)
    {
        var ids = primary.List();
        var who = await access.RequireUserAsync(context);
        var gate = access.GateOf(who);
        foreach (var id in ids)
        {
            EtcdStatus.ThrowIfRefused(gate.CheckLeaseRead(id));
        }

        access.ThrowIfStale(who);
        var response = new LeaseLeasesResponse { Header = _headers.MessageNow() };
        response.Leases.AddRange(ids.Select(id => new LeaseStatus { ID = id }));
        return response;
    }

    /// <summary>
    /// Answers in order, one response object for the whole stream. While further requests lie there already, answers are collected and
    /// flushed together: a client with thousands of leases sends its renewals in bursts.
    /// </summary>
    private async Task KeepAliveAsync(
        IAsyncStreamReader<LeaseKeepAliveRequest> requests, IServerStreamWriter<LeaseKeepAliveResponse> responses, ServerCallContext context)
    {
        using var lifetime = leaders.Begin(context);
        var response = new LeaseKeepAliveResponse { Header = _headers.MessageNow() };
        var unflushed = 0;
        try
        {
            var next = requests.MoveNext(lifetime.Token);
            while (await next)
            {
                await CheckRenewalAsync(requests.Current.ID, context);
                await RenewAsync(requests.Current.ID, response, lifetime.Token);
                next = requests.MoveNext(lifetime.Token);
                unflushed = next.IsCompleted && unflushed < V3RpcLimits.KeepAlivesPerFlush ? unflushed + 1 : 0;
                responses.WriteOptions = unflushed > 0 ? _buffered : null;
                await responses.WriteAsync(response);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            throw lifetime.Status(EtcdError.RequestCanceled);
        }
    }

    // To keep a lease is to keep its keys from going (etcd v3_server.go, checkLeaseRenew). The token's time starts again with each request.
    private async ValueTask CheckRenewalAsync(long id, ServerCallContext context)
    {
        var who = await access.RequireUserAsync(context);
        EtcdStatus.ThrowIfRefused(access.GateOf(who).CheckLease(id));
        access.ThrowIfStale(who);
    }

    /// <summary>
    /// The header is taken before the renewal, so that its revision is never above the one at which the lease was seen alive (etcd
    /// api/v3rpc/lease.go).
    /// </summary>
    private async ValueTask RenewAsync(long id, LeaseKeepAliveResponse response, CancellationToken cancel)
    {
        response.Header.Revision = node.Root.Revision;
        response.Header.RaftTerm = node.Status.Term;
        response.ID = id;
        response.TTL = await primary.RenewAsync(id, cancel);
    }
}
