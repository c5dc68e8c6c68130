using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Node;

/// <summary>Which requests are taken where others wait.</summary>
internal static class RequestUrgency
{
    /// <summary>
    /// True for requests that release room, report its lack, or that the members agree on: few and small. Deletes are not among them: a flood of
    /// deletes fills a log as any other requests do.
    /// </summary>
    public static bool IsUrgent(this RequestKind kind) => kind is RequestKind.Compaction or RequestKind.Alarm
        or RequestKind.ClusterVersionSet or RequestKind.ClusterMemberAttrSet or RequestKind.DowngradeInfoSet;
}
