using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Differential;

/// <summary>
/// One call of a sequence, with every choice already made, so that it can be sent to both servers and again in a shorter sequence.
/// </summary>
/// <param name="Name">The method.</param>
/// <param name="Request">The request as text.</param>
/// <param name="RunAsync">Makes the call and returns its answer as the text to compare; RpcException is an answer too.</param>
internal sealed record Step(string Name, string Request, Func<Session, CancellationToken, Task<string>> RunAsync)
{
    /// <summary>The answer of a server that gave none: never what a server should do, even if both do it.</summary>
    public const string NoAnswer = "no answer in time";

    /// <summary>The longest any call may take before it counts as hung.</summary>
    private static readonly TimeSpan s_callLimit = TimeSpan.FromSeconds(30);

    /// <summary>A unary call whose header teaches the session the newest revision.</summary>
    public static Step Unary<TRequest, TResponse>(
        string name, TRequest request, Func<Session, TRequest, CallOptions, AsyncUnaryCall<TResponse>> method, Action<Session>? onSuccess = null)
        where TRequest : IMessage
        where TResponse : IMessage =>
        new(name, AnswerText.Of(request), async (session, cancel) =>
        {
            var answer = await method(session, request, session.Options(cancel));
            session.Observe(answer);
            onSuccess?.Invoke(session);
            return AnswerText.Of(answer);
        });

    /// <summary>The answer of one server, errors and hangs included.</summary>
    public async Task<string> AnswerAsync(Session session, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_callLimit);
        try
        {
            return await RunAsync(session, limit.Token);
        }
        catch (RpcException e)
        {
            return AnswerText.Of(e);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return NoAnswer;
        }
        catch (InvalidOperationException e)
        {
            return $"the stream is gone: {e.Message}";
        }
    }

    public override string ToString() => $"{Name} {Request}";
}
