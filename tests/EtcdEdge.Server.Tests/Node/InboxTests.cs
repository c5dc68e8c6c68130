using EtcdEdge.Server.Node;
using Xunit;

namespace EtcdEdge.Server.Tests.Node;

/// <summary>
/// Goal: what may not wait for the disk is told from what may. A flush that was reported while the node thread had its turn was once taken for a
/// proposal that waits for that very flush, and all slept until the next tick.
/// </summary>
public sealed class InboxTests
{
    [Fact]
    public void A_flush_among_proposals_is_urgent_until_it_is_taken()
    {
        var inbox = new Inbox();
        inbox.TryAdd(NodeInputKind.Propose, this);
        Assert.Equal((1, false), (inbox.Count, inbox.HasUrgent));
        inbox.TryAdd(NodeInputKind.Flushed, this);
        inbox.TryAdd(NodeInputKind.Propose, this);
        Assert.Equal((3, true), (inbox.Count, inbox.HasUrgent));
        inbox.Take([]);
        Assert.Equal((0, false), (inbox.Count, inbox.HasUrgent));
    }
}
