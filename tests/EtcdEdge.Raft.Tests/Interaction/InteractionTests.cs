using EtcdEdge.Testing;

namespace EtcdEdge.Raft.Tests.Interaction;

// Goal: every behaviour of the protocol as a story that can be read. Method: each file of testdata/interaction drives a cluster message by
// message and shows every Ready; the commands are listed in Cluster.cs.
public sealed class InteractionTests
{
    public static TheoryData<string> Fixtures() => DataDriven.Files("interaction");

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void A_cluster_behaves_as_the_fixture_tells(string fixture)
    {
        var cluster = new Cluster();
        DataDriven.Run(fixture, cluster.Run);
    }
}
