using EtcdEdge.Api;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Api.EtcdHttp;

/// <summary>The node's health checks; each result is null or the reason of the failure, in etcd's words.</summary>
/// <param name="node">The node that is checked.</param>
/// <param name="patience">How long a read may take: etcd's request timeout.</param>
internal sealed class NodeHealth(IEtcdNode node, TimeSpan patience)
{
    /// <summary>The checks of /livez: does this process serve at all.</summary>
    public IReadOnlyList<HealthCheck> Live() => [new("serializable_read", _ => SerializableRead())];

    /// <summary>The checks of /readyz: may clients be sent here. NOSPACE is no reason against it, since deletes must still arrive.</summary>
    public IReadOnlyList<HealthCheck> Ready() =>
    [
        new("data_corruption", _ => ValueTask.FromResult(HasAlarm(AlarmType.Corrupt) ? "alarm activated: CORRUPT" : null)),
        new("serializable_read", _ => SerializableRead()),
        new("linearizable_read", LinearizableReadAsync),
        new("non_learner", _ => ValueTask.FromResult(node.Status.IsLearner ? "not supported for learner" : null)),
    ];

    /// <summary>The verdict of /health: alarms, leader, and one read.</summary>
    public async ValueTask<string?> OldHealthAsync(bool serializable, IReadOnlyList<string?> excluded, CancellationToken cancel)
    {
        if (RaisedAlarm(excluded) is { } alarm)
        {
            return "ALARM " + alarm;
        }

        if (serializable)
        {
            return null;
        }

        if (node.Status.Leader == 0)
        {
            return "RAFT NO LEADER";
        }

        return await LinearizableReadAsync(cancel) is { } failure ? "RANGE ERROR:" + failure : null;
    }

    // A read of the published root has no way to fail; that it returns is the answer.
    private ValueTask<string?> SerializableRead()
    {
        _ = node.Root.Revision;
        return ValueTask.FromResult<string?>(null);
    }

    private async ValueTask<string?> LinearizableReadAsync(CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(patience);
        try
        {
            var error = await node.ReadBarrierAsync(deadline.Token).AsTask().WaitAsync(deadline.Token);
            return error == EtcdError.None ? null : EtcdStatus.Of(error).Detail;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return EtcdStatus.Of(EtcdError.Timeout).Detail;
        }
    }

    private bool HasAlarm(AlarmType type) => node.Alarms.Any(a => a.Type == type);

    private string? RaisedAlarm(IReadOnlyList<string?> excluded) =>
        node.Alarms.Select(a => AlarmName(a.Type)).FirstOrDefault(name => !excluded.Contains(name));

    private static string AlarmName(AlarmType type) => type switch
    {
        AlarmType.Nospace => "NOSPACE",
        AlarmType.Corrupt => "CORRUPT",
        _ => "UNKNOWN",
    };
}
