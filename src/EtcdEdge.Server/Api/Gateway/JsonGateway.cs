using System.Buffers;
using System.Collections.Frozen;
using EtcdEdge.Server.Api.EtcdHttp;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Logging;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>
/// etcd's JSON gateway: POST of JSON to /v3/… runs the gRPC method behind the path, in this process. Bodies, headers and statuses are those of
/// grpc-gateway as etcd 3.6 has it.
/// </summary>
/// <param name="methods">The methods as they are bound.</param>
/// <param name="maxMessageBytes">What a request may weigh as protobuf.</param>
/// <param name="logger">Told of calls that fail in a way they should not.</param>
internal sealed class JsonGateway(IReadOnlyDictionary<string, BoundMethod> methods, int maxMessageBytes, ILogger logger)
{
    private const string Json = "application/json";
    private readonly FrozenDictionary<string, GatewayRoute> _routes = GatewayRoutes.Build(methods);

    /// <summary>Answers a request to a path below /v3/.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">Its path; /v3beta/ is /v3/ already.</param>
    public Task HandleAsync(HttpContext context, string path)
    {
        if (!_routes.TryGetValue(path, out var route))
        {
            return RefuseAsync(context, new Status(StatusCode.NotFound, "Not Found"));
        }

        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && WebSocketHandshake.IsAsked(context.Request))
        {
            return route.Method is null ? RefuseAsync(context, NotServed()) : WebSocketCall.RunAsync(context, this, route);
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return RefuseAsync(context, new Status(StatusCode.Unimplemented, "Method Not Allowed"));
        }

        return route.Method is null ? RefuseAsync(context, NotServed()) : CallAsync(context, route);
    }

    /// <summary>Runs a call; returns how it ended.</summary>
    public async Task<Status> RunAsync(GatewayRoute route, GatewayCall call, IMessageSink answer, System.IO.Pipelines.PipeReader body,
        long announcedBytes = 0)
    {
        try
        {
            await route.Method!.CallAsync(new JsonRequests(body, announcedBytes, route, maxMessageBytes), answer, call);
            return Status.DefaultSuccess;
        }
        catch (RpcException refused) when (!call.IsTooLate)
        {
            return refused.Status;
        }
        catch (JsonRequestException malformed)
        {
            return new Status(StatusCode.InvalidArgument, malformed.Message);
        }
        catch (Exception e) when (call.IsTooLate || e is OperationCanceledException or IOException)
        {
            return call.IsTooLate
                ? new Status(StatusCode.DeadlineExceeded, "context deadline exceeded")
                : new Status(StatusCode.Cancelled, "context canceled");
        }
        catch (Exception unexpected)
        {
            logger.RpcFailedUnexpectedly(route.Path, unexpected);
            return new Status(StatusCode.Unknown, unexpected.Message);
        }
    }

    private async Task CallAsync(HttpContext context, GatewayRoute route)
    {
        using var call = new GatewayCall(context, route.Path, CancellationToken.None);
        var answer = new JsonAnswer(route, (text, flush, cancel) => SendAsync(context, route, text, flush, cancel));
        var status = await RunAsync(route, call, answer, context.Request.BodyReader, context.Request.ContentLength ?? 0);
        if (status.StatusCode == StatusCode.OK || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        if (answer.HasStarted)
        {
            await answer.WriteErrorAsync(status, context.RequestAborted);
        }
        else if (route.IsStream)
        {
            context.Response.StatusCode = GatewayStatus.HttpOf(status.StatusCode);
            context.Response.ContentType = Json;
            await answer.WriteErrorAsync(status, context.RequestAborted);
        }
        else
        {
            await RefuseAsync(context, status);
        }
    }

    private static async ValueTask SendAsync(HttpContext context, GatewayRoute route, ReadOnlyMemory<byte> text, bool flush, CancellationToken cancel)
    {
        var response = context.Response;
        if (!response.HasStarted)
        {
            response.ContentType = Json;
            if (response.StatusCode == StatusCodes.Status200OK)
            {
                response.Headers["Grpc-Metadata-Content-Type"] = GrpcWire.ContentType;
            }

            response.ContentLength = route.IsStream ? null : text.Length;
        }

        response.BodyWriter.Write(text.Span);
        if (flush && route.IsStream)
        {
            await response.BodyWriter.FlushAsync(cancel);
        }
    }

    private static Status NotServed() => new(StatusCode.Unimplemented, "unknown method");

    private static Task RefuseAsync(HttpContext context, Status status)
    {
        var body = new ArrayBufferWriter<byte>();
        JsonAnswer.WriteStatus(status, body, withError: true);
        context.Response.StatusCode = GatewayStatus.HttpOf(status.StatusCode);
        if (status.StatusCode == StatusCode.Unauthenticated)
        {
            context.Response.Headers.WWWAuthenticate = status.Detail;
        }

        return HttpText.WriteAsync(context, Json, body.WrittenMemory);
    }
}
