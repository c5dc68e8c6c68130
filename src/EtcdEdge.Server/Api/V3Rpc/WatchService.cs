using System.Text;
using EtcdEdge.Api;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.Server.Watch;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Watch;
using Grpc.Core;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>
/// etcdserverpb.Watch: one reader and one writer per stream around a <see cref="WatchSession"/>. The writer fills one message object again and
/// again and flushes once per drain, so that a burst for many watchers of a stream is one write to the socket.
/// </summary>
internal sealed class WatchService(IEtcdNode node, AccessControl access, WatchDispatcher dispatcher, LeaderMonitor leaders, int maxRequestBytes)
    : IRpcService
{
    private static readonly WriteOptions _buffered = new(WriteFlags.BufferHint);

    private static readonly Method<WatchRequest, WatchMessage> _watchMethod = new(
        MethodType.DuplexStreaming,
        "etcdserverpb.Watch",
        "Watch",
        Messages.Marshaller(WatchRequest.Parser),
        Marshallers.Create(Serialize, Deserialize));

    private static readonly byte[] _smallestKey = [0];
    private static readonly byte[] _emptyRange = "mvcc: watcher range is empty"u8.ToArray();
    private static readonly byte[] _duplicateId = "mvcc: duplicate watch ID provided on the WatchStream"u8.ToArray();
    private static readonly byte[] _compacted = Encoding.UTF8.GetBytes(EtcdStatus.Of(EtcdError.Compacted).Detail);
    private static readonly byte[] _tooMany = Encoding.UTF8.GetBytes(EtcdStatus.Of(EtcdError.TooManyRequests).Detail);

    private static readonly byte[] _invalidToken = ReasonOf(EtcdError.InvalidAuthToken);
    private static readonly byte[] _oldRevision = ReasonOf(EtcdError.AuthOldRevision);
    private static readonly byte[] _noUser = ReasonOf(EtcdError.UserEmpty);
    private static readonly byte[] _permissionDenied = ReasonOf(EtcdError.PermissionDenied);

    private readonly int _fragmentBytesMax = maxRequestBytes + ServerLimits.GrpcOverheadBytes;

    public void Bind(RpcBinder binder) => binder.Duplex(_watchMethod, WatchAsync);

    private async Task WatchAsync(IAsyncStreamReader<WatchRequest> requests, IServerStreamWriter<WatchMessage> responses, ServerCallContext context)
    {
        using var lifetime = leaders.Begin(context);
        var session = dispatcher.Open();
        try
        {
            using var closing = lifetime.Token.Register(static session => ((WatchSession)session!).Close(), session);
            var reading = ReadAsync(session, requests, lifetime, context);
            var writing = WriteAsync(session, responses, lifetime);
            await Task.WhenAll(reading, writing);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            throw lifetime.Status(EtcdError.WatchCanceled);
        }
        finally
        {
            // The call may have ended on a writer's thread. What its end sets off, up to the server's own, must not run there.
            await Task.Yield();
            dispatcher.Close(session);
        }

        throw lifetime.Status(EtcdError.WatchCanceled);
    }

    /// <summary>A client that has closed its side still receives events (etcd api/v3rpc/watch.go); one whose stream broke does not.</summary>
    private async Task ReadAsync(
        WatchSession session, IAsyncStreamReader<WatchRequest> requests, StreamLifetime lifetime, ServerCallContext context)
    {
        try
        {
            while (await requests.MoveNext(lifetime.Token))
            {
                if (ToCommand(session, requests.Current) is { } command && !await session.RequestAsync(await JudgeAsync(command, context)))
                {
                    return;
                }
            }
        }
        catch
        {
            lifetime.End();
            throw;
        }
    }

    /// <summary>A watch needs the right to read its whole range. Without it the watch is refused on the stream; the other watches continue.</summary>
    private async ValueTask<WatchCommand> JudgeAsync(WatchCommand command, ServerCallContext context)
    {
        if (command.Kind != WatchCommandKind.Create || !node.Auth.IsEnabled)
        {
            return command;
        }

        try
        {
            var who = await access.CallerAsync(context);
            var error = node.Auth.CheckRead(who, new KeyRange(command.Spec.Key.IsEmpty ? _smallestKey : command.Spec.Key, command.Spec.RangeEnd));
            return error == EtcdError.None
                ? command with { Spec = command.Spec with { Username = who.Username } }
                : command with { Kind = WatchCommandKind.Refuse, Refusal = RefusalOf(error) };
        }
        catch (RpcException invalid) when (invalid.StatusCode == StatusCode.Unauthenticated)
        {
            return command with { Kind = WatchCommandKind.Refuse, Refusal = WatchRefusal.InvalidToken };
        }
    }

    private static WatchRefusal RefusalOf(EtcdError error) => error switch
    {
        EtcdError.AuthOldRevision => WatchRefusal.OldRevision,
        EtcdError.UserEmpty => WatchRefusal.NoUser,
        _ => WatchRefusal.PermissionDenied,
    };

    private async Task WriteAsync(WatchSession session, IServerStreamWriter<WatchMessage> responses, StreamLifetime lifetime)
    {
        try
        {
            var message = new WatchMessage();
            var deliveries = new List<WatchDelivery>();
            while (await session.WaitAsync())
            {
                deliveries = session.Drain(deliveries);
                await WriteAllAsync(deliveries, message, responses, lifetime.Token);
                deliveries.Clear();
            }
        }
        finally
        {
            lifetime.End();
        }
    }

    private async Task WriteAllAsync(
        List<WatchDelivery> deliveries, WatchMessage message, IServerStreamWriter<WatchMessage> responses, CancellationToken cancel)
    {
        var term = node.Status.Term;
        var unflushedBytes = 0;
        for (var i = 0; i < deliveries.Count; i++)
        {
            message.Fill(deliveries[i], node.ClusterId, node.MemberId, term, ReasonOf(deliveries[i].Refusal), _fragmentBytesMax);
            do
            {
                unflushedBytes += message.Size;
                var isLast = i == deliveries.Count - 1 && !message.HasMoreFragments;
                if (isLast || unflushedBytes >= V3RpcLimits.WatchFlushBytes)
                {
                    unflushedBytes = 0;
                    responses.WriteOptions = null;
                    await responses.WriteAsync(message, cancel);
                }
                else
                {
                    // Only a flush can wait; a token would cost a registration per response.
                    responses.WriteOptions = _buffered;
                    await responses.WriteAsync(message, CancellationToken.None);
                }
            }
            while (message.NextFragment(_fragmentBytesMax));
        }
    }

    private static WatchCommand? ToCommand(WatchSession session, WatchRequest request) => request.RequestUnionCase switch
    {
        WatchRequest.RequestUnionOneofCase.CreateRequest =>
            new WatchCommand(WatchCommandKind.Create, session) { Spec = ToSpec(request.CreateRequest) },
        WatchRequest.RequestUnionOneofCase.CancelRequest =>
            new WatchCommand(WatchCommandKind.Cancel, session) { WatchId = request.CancelRequest.WatchId },
        WatchRequest.RequestUnionOneofCase.ProgressRequest => new WatchCommand(WatchCommandKind.Progress, session),
        _ => null,
    };

    private static WatchSpec ToSpec(WatchCreateRequest create) => new()
    {
        WatchId = create.WatchId,
        Key = create.Key.Memory,
        RangeEnd = create.RangeEnd.Memory,
        StartRevision = create.StartRevision,
        PrevKv = create.PrevKv,
        NoPut = create.Filters.Contains(WatchCreateRequest.Types.FilterType.Noput),
        NoDelete = create.Filters.Contains(WatchCreateRequest.Types.FilterType.Nodelete),
        ProgressNotify = create.ProgressNotify,
        Fragment = create.Fragment,
    };

    private static ReadOnlyMemory<byte> ReasonOf(WatchRefusal refusal) => refusal switch
    {
        WatchRefusal.EmptyRange => _emptyRange,
        WatchRefusal.DuplicateId => _duplicateId,
        WatchRefusal.NegativeStart => _compacted,
        WatchRefusal.TooMany => _tooMany,
        WatchRefusal.InvalidToken => _invalidToken,
        WatchRefusal.OldRevision => _oldRevision,
        WatchRefusal.NoUser => _noUser,
        WatchRefusal.PermissionDenied => _permissionDenied,
        _ => default,
    };

    // Go's text of a whole gRPC error, which is what etcd sends here (api/v3rpc/watch.go, recvLoop); Go and .NET name these codes alike.
    private static byte[] ReasonOf(EtcdError error)
    {
        var status = EtcdStatus.Of(error);
        return Encoding.UTF8.GetBytes($"rpc error: code = {status.StatusCode} desc = {status.Detail}");
    }

    private static void Serialize(WatchMessage message, SerializationContext context)
    {
        context.SetPayloadLength(message.Size);
        message.Write(context.GetBufferWriter());
        context.Complete();
    }

    private static WatchMessage Deserialize(DeserializationContext context) =>
        throw new NotSupportedException("a server does not read its own responses");
}
