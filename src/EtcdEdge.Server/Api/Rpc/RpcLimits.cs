namespace EtcdEdge.Server.Api.Rpc;

/// <summary>The limits of Rpc, each with its reason.</summary>
internal static class RpcLimits
{
    /// <summary>How long a call that was refused for its size may take to show that size once more, only for the text of the refusal.</summary>
    public static readonly TimeSpan RefusedBodyPatience = TimeSpan.FromSeconds(1);
}
