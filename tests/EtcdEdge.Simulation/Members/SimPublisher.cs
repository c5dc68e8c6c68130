using System.Buffers;
using EtcdEdge.Api.Membership;
using EtcdEdge.Server.Node;
using EtcdEdge.Simulation.Workload;
using EtcdEdge.Simulation.World;
using EtcdEdge.StateMachine.Model;
using Google.Protobuf;

namespace EtcdEdge.Simulation.Members;

/// <summary>
/// Tells the cluster this member's name, until the log has taken it, as Server/Node/MemberPublisher: the gate counts only who has started.
/// </summary>
internal sealed class SimPublisher(Life life, Cluster cluster)
{
    public void Begin() => cluster.Time.After(cluster.Random.NextInt64(1, 40) * VirtualTime.Ms, () => life.Run(Publish));

    private void Publish()
    {
        if (life.Node.Cluster.Find(life.Member.Id) is { } self && self.Name == life.Member.Name)
        {
            return;
        }

        var request = new ClusterMemberAttrSetRequest
        {
            MemberID = life.Member.Id,
            MemberAttributes = new Attributes { Name = life.Member.Name, ClientUrls = { $"http://{life.Member.Name}:2379" } },
        };
        var bytes = new ReadOnlySequence<byte>(request.ToByteArray());
        var call = life.Node.ProposeAsServerAsync(RequestKind.ClusterMemberAttrSet, bytes, CancellationToken.None);
        life.Await(new WriteCall(call, result =>
        {
            if (result is { Error: not EtcdError.None })
            {
                Begin();
            }
        }));
    }
}
