using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>What a client sent along with a call.</summary>
internal static class CallHeaders
{
    /// <summary>The key under which Grpc.AspNetCore looks for the request behind a call that is not its own (GetHttpContext).</summary>
    public const string HttpContextKey = "__HttpContext";

    /// <summary>The first value of a header or metadata entry, by its name in lower case; null when there is none.</summary>
    public static string? Header(this ServerCallContext call, string name) =>
        call is UnaryCall direct ? direct.Header(name) : call.GetHttpContext().Request.Headers[name] is [{ } first, ..] ? first : null;
}
