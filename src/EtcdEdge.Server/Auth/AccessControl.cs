using System.Buffers;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Lease;
using EtcdEdge.StateMachine.Model;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Server.Auth;

/// <summary>
/// The rights of a call's caller. Writes only carry the caller's name and are checked when they are applied; requests that do not enter the log are
/// checked here. While auth is disabled a check costs one volatile read.
/// </summary>
internal sealed class AccessControl(IEtcdNode node, Lessor lessor, CallerIdentity callers)
{
    /// <inheritdoc cref="CallerIdentity.OfAsync"/>
    public ValueTask<AuthInfo> CallerAsync(ServerCallContext call) =>
        node.Auth.IsEnabled ? callers.OfAsync(call) : ValueTask.FromResult(AuthInfo.None);

    /// <summary>What this caller may do now.</summary>
    public AuthGate GateOf(in AuthInfo who) => new(node.Auth, who, lessor);

    /// <summary>
    /// Ends a call whose answer was read while users or roles changed: it may hold what its caller may no longer see (etcd v3_server.go,
    /// doSerialize).
    /// </summary>
    public void ThrowIfStale(in AuthInfo who)
    {
        if (who.Revision != 0 && who.Revision != node.Auth.Revision)
        {
            throw EtcdStatus.Refuse(EtcdError.AuthOldRevision);
        }
    }

    /// <summary>Ends the call unless its caller has the root role.</summary>
    public async ValueTask RequireAdminAsync(ServerCallContext call)
    {
        if (node.Auth.IsEnabled)
        {
            var who = await callers.OfAsync(call);
            EtcdStatus.ThrowIfRefused(node.Auth.CheckAdmin(who));
        }
    }

    /// <summary>Ends the call unless its caller is authenticated.</summary>
    public async ValueTask<AuthInfo> RequireUserAsync(ServerCallContext call)
    {
        var who = await CallerAsync(call);
        return who.IsNone && node.Auth.IsEnabled ? throw EtcdStatus.Refuse(EtcdError.UserEmpty) : who;
    }

    /// <summary>Sends a request through the log in its caller's name; returns when it was applied.</summary>
    /// <exception cref="RpcException">It was refused.</exception>
    public async ValueTask<ApplyResult> ProposeAsync(RequestKind kind, IMessage request, ServerCallContext call)
    {
        var who = await CallerAsync(call);
        var result = await node.ProposeAsync(kind, new ReadOnlySequence<byte>(request.ToByteArray()), who, call.CancellationToken);
        EtcdStatus.ThrowIfRefused(result.Error);
        return result;
    }
}
