using System.Buffers;
using System.Globalization;
using EtcdEdge.Api;
using EtcdEdge.Server.Api.EtcdHttp;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.V2;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.V2;

/// <summary>
/// /v2/keys (etcd server/etcdserver/api/v2http/client.go, keysHandler): reads from the published view, writes through the log, watches.
/// </summary>
internal sealed class V2Keys(IEtcdNode node, V2Store store, V2Watches watches, TimeProvider time)
{
    private const string Json = "application/json";

    /// <param name="context">The call.</param>
    /// <param name="key">The path below /v2/keys.</param>
    public async Task HandleAsync(HttpContext context, string key)
    {
        if (!V2Http.Allows(context, "HEAD", "GET", "PUT", "POST", "DELETE"))
        {
            return;
        }

        V2Http.AddClusterId(context, node);
        try
        {
            var form = await V2Form.ReadAsync(context.Request, context.RequestAborted);
            var request = V2KeyRequest.Parse(context.Request.Method, key, form, time);
            await ServeAsync(context, request);
        }
        catch (V2Exception refusal)
        {
            await WriteErrorAsync(context, refusal.Error);
        }
    }

    private Task ServeAsync(HttpContext context, V2KeyRequest request)
    {
        var message = request.Message;
        return message.Method switch
        {
            "GET" when message is { Wait: true, Quorum: false } => WatchAsync(context, message),
            "GET" or "HEAD" => ReadAsync(context, request),
            _ => WriteAsync(context, request),
        };
    }

    private async Task ReadAsync(HttpContext context, V2KeyRequest request)
    {
        if (request.Message is { Quorum: true, Method: "GET" })
        {
            ThrowIfRefused(await node.ReadBarrierAsync(context.RequestAborted));
        }

        var result = store.View.Get(KeyOf(request.Message));
        store.Counters.Count(V2Action.Get, result.Error is null);
        await WriteResultAsync(context, request, result);
    }

    private async Task WriteAsync(HttpContext context, V2KeyRequest request)
    {
        var applied = await node.ProposeAsServerAsync(
            RequestKind.V2, new ReadOnlySequence<byte>(request.Message.ToByteArray()), context.RequestAborted);
        ThrowIfRefused(applied.Error);
        await WriteResultAsync(context, request, (V2Result)applied.Response!);
    }

    private async Task WatchAsync(HttpContext context, V2Request message)
    {
        if (watches.Count >= V2Limits.V2Watches)
        {
            throw new V2Exception(V2ErrorCode.RaftInternal, "etcdserver: too many requests");
        }

        var born = store.View;
        var since = message.Since == 0 ? born.Index + 1 : message.Since;
        var watch = new V2Watch(KeyOf(message), message.Recursive);
        if (born.Next(watch, since, born.Index, out var error) is null && error is not null)
        {
            await WriteErrorAsync(context, error);
            return;
        }

        AddHeaders(context, born.Index);
        context.Response.ContentType = Json;
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(V2Limits.V2WatchPatience);
        try
        {
            await foreach (var happened in watches.EventsAsync(watch, since, born.Index, patience.Token))
            {
                await context.Response.Body.WriteAsync(V2Json.Event(happened, recursive: false, withNodes: true, time.UnixNanos()), patience.Token);
                if (!message.Stream)
                {
                    return;
                }

                await context.Response.Body.FlushAsync(patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The watch timed out or the client disconnected: the response ends as it is, as etcd's.
        }
    }

    private Task WriteResultAsync(HttpContext context, V2KeyRequest request, V2Result result)
    {
        if (result.Error is { } error)
        {
            return WriteErrorAsync(context, error);
        }

        var happened = result.Event!;
        AddHeaders(context, result.Index);
        context.Response.StatusCode = happened.IsCreated ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        var isWrite = happened.Action is V2Action.Set or V2Action.CompareAndSwap or V2Action.Create or V2Action.Update;
        return HttpText.WriteAsync(context, Json, V2Json.Event(
            happened, request.Message.Recursive && happened.Action == V2Action.Get, !(request.NoValueOnSuccess && isWrite), time.UnixNanos()));
    }

    private static Task WriteErrorAsync(HttpContext context, V2Error error)
    {
        context.Response.Headers["X-Etcd-Index"] = error.Index.ToString(CultureInfo.InvariantCulture);
        context.Response.StatusCode = V2Json.StatusOf(error.Code);
        return HttpText.WriteAsync(context, Json, V2Json.Error(error));
    }

    private void AddHeaders(HttpContext context, ulong index)
    {
        var (headers, status) = (context.Response.Headers, node.Status);
        headers["X-Etcd-Index"] = index.ToString(CultureInfo.InvariantCulture);
        headers["X-Raft-Index"] = status.CommittedIndex.ToString(CultureInfo.InvariantCulture);
        headers["X-Raft-Term"] = status.Term.ToString(CultureInfo.InvariantCulture);
    }

    private static string KeyOf(V2Request message) => V2Path.Clean(message.Path[V2Path.KeysPrefix.Length..]);

    private static void ThrowIfRefused(EtcdError error)
    {
        if (error != EtcdError.None)
        {
            throw new V2Exception(V2ErrorCode.RaftInternal, EtcdStatus.Of(error).Detail);
        }
    }
}
