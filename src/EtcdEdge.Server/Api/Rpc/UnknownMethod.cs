using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>The response to an unknown gRPC path, in grpc-go's words: clients detect old servers by it.</summary>
internal sealed class UnknownMethod(IReadOnlySet<string> services)
{
    /// <summary>Ends the call with UNIMPLEMENTED as trailers only.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = GrpcWire.ContentType;
        response.Headers["grpc-status"] = StatusCode.Unimplemented.ToString("D");
        response.Headers["grpc-message"] = StatusText.Encode(Describe(context.Request.Path.Value!));
        return Task.CompletedTask;
    }

    /// <summary>Ends a request that is no gRPC on a URL that serves nothing else.</summary>
    public static Task RefuseContentAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        response.ContentType = GrpcWire.ContentType;
        response.Headers["grpc-status"] = StatusCode.InvalidArgument.ToString("D");
        response.Headers["grpc-message"] = StatusText.Encode($"invalid gRPC request content-type \"{context.Request.ContentType}\"");
        return Task.CompletedTask;
    }

    internal string Describe(string path)
    {
        var slash = path.LastIndexOf('/');
        if (slash <= 0)
        {
            return $"malformed method name: \"{path}\"";
        }

        var service = path[1..slash];
        return services.Contains(service) ? $"unknown method {path[(slash + 1)..]} for service {service}" : $"unknown service {service}";
    }
}
