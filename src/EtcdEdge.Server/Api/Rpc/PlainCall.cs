using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>A call that Grpc.AspNetCore does not serve: what services of etcd do not use of a context is empty here.</summary>
internal abstract class PlainCall : ServerCallContext
{
    private Dictionary<object, object>? _state;

    protected override Metadata ResponseTrailersCore => Metadata.Empty;

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => new(null, []);

    protected override IDictionary<object, object> UserStateCore => _state ??= new() { [CallHeaders.HttpContextKey] = Http };

    /// <summary>The request that the call came with.</summary>
    protected abstract HttpContext Http { get; }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("nothing here calls on");
}
