using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Peers;

/// <summary>Decides whether a dialling member is accepted, and the text of a refusal.</summary>
public static class HelloCheck
{
    /// <param name="hello">The hello of the dialling member.</param>
    /// <param name="self">This member.</param>
    /// <param name="cluster">The membership of this member.</param>
    /// <param name="mayBeNew">Whether a member that is not in it is let in: this member may lag behind its addition.</param>
    public static HelloAnswer Judge(Hello hello, PeerOptions self, ClusterView cluster, bool mayBeNew)
    {
        var (reason, text) = Refusal(hello, self, cluster, mayBeNew);
        return new HelloAnswer
        {
            Reason = reason,
            Protocol = reason == RefusalReason.None ? hello.CommonProtocol : (ushort)0,
            ClusterId = self.ClusterId,
            MemberId = self.MemberId,
            Text = reason == RefusalReason.None ? self.ServerVersion : text,
        };
    }

    private static (RefusalReason Reason, string Text) Refusal(Hello hello, PeerOptions self, ClusterView cluster, bool mayBeNew)
    {
        if (hello.CommonProtocol == 0)
        {
            return (RefusalReason.Version,
                $"peer protocol {hello.ProtocolMin}-{hello.ProtocolMax} and {Hello.OldestProtocol}-{Hello.NewestProtocol} have no version in common; "
                + "upgrade the older member");
        }

        if (hello.ClusterId != self.ClusterId)
        {
            return (RefusalReason.WrongCluster,
                $"cluster ID mismatch: member {hello.From:x} is in cluster {hello.ClusterId:x}, member {self.MemberId:x} in {self.ClusterId:x}; "
                + "check --initial-cluster and --initial-cluster-token, and that no data directory is from another cluster");
        }

        if (hello.To != self.MemberId)
        {
            return (RefusalReason.WrongMember, $"this URL belongs to member {self.MemberId:x}, not {hello.To:x}; check the members' peer URLs");
        }

        return UnknownSender(hello, self, cluster, mayBeNew);
    }

    private static (RefusalReason Reason, string Text) UnknownSender(Hello hello, PeerOptions self, ClusterView cluster, bool mayBeNew)
    {
        if (cluster.Removed.Contains(hello.From))
        {
            return (RefusalReason.RemovedMember,
                $"the member {hello.From:x} has been permanently removed from the cluster; delete its data directory and add it as a new member");
        }

        if (hello.From == self.MemberId)
        {
            return (RefusalReason.WrongMember, $"member {hello.From:x} dialled itself, or another server runs with its data directory");
        }

        if (!mayBeNew && cluster.Find(hello.From) is null)
        {
            return (RefusalReason.UnknownMember, $"member {hello.From:x} is not in the cluster as member {self.MemberId:x} knows it; "
                + "it is accepted once its addition is applied here");
        }

        return hello.Kind is ConnectionKind.Messages or ConnectionKind.Snapshot
            ? (RefusalReason.None, "")
            : (RefusalReason.Version, $"connection of unknown kind {(byte)hello.Kind}; upgrade the older member");
    }
}
