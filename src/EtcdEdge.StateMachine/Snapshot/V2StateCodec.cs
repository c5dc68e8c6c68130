using EtcdEdge.Api.State;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.V2;

namespace EtcdEdge.StateMachine.Snapshot;

/// <summary>The v2 store within a state's header (state.proto).</summary>
internal static class V2StateCodec
{
    public static V2State MessageOf(V2View view) => new()
    {
        Index = view.Index,
        Nodes = { V2Tree.Walk(view.Root).Skip(1).Select(MessageOf) },
        Events = { view.History.Select(MessageOf) },
    };

    /// <exception cref="MalformedMessageException">A node has no parent.</exception>
    public static V2View ViewOf(V2State message)
    {
        var root = V2View.Initial.Root;
        foreach (var node in message.Nodes)
        {
            if (V2Path.Names(node.Path).Count is 0 or > V2StoreLimits.V2Depth)
            {
                throw new MalformedMessageException("a node of the v2 store has no path that can be");
            }

            root = V2Tree.With(root, NodeOf(node));
        }

        return new V2View { Root = root, Index = message.Index, History = [.. message.Events.Select(EventOf)] };
    }

    private static V2NodeState MessageOf(V2Node node)
    {
        var message = new V2NodeState
        {
            Path = node.Path,
            Created = node.CreatedIndex,
            Modified = node.ModifiedIndex,
            Expiration = node.ExpirationNanos,
            Dir = node.IsDirectory,
        };
        if (node.Value is not null)
        {
            message.Value = node.Value;
        }

        return message;
    }

    private static V2Node NodeOf(V2NodeState message) => new()
    {
        Path = message.Path,
        Value = message.HasValue ? message.Value : null,
        IsDirectory = message.Dir,
        CreatedIndex = message.Created,
        ModifiedIndex = message.Modified,
        ExpirationNanos = message.Expiration,
    };

    private static V2EventState MessageOf(V2Event happened) => new()
    {
        Action = (int)happened.Action,
        Node = MessageOf(happened.Node),
        Previous = happened.Previous is null ? null : MessageOf(happened.Previous),
        Refresh = happened.IsRefresh,
        Index = happened.Index,
    };

    private static V2Event EventOf(V2EventState message) => new(
        (V2Action)message.Action, NodeOf(message.Node), message.Previous is null ? null : NodeOf(message.Previous), message.Index, message.Refresh);
}
