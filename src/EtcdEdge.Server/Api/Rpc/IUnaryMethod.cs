namespace EtcdEdge.Server.Api.Rpc;

/// <summary>A method with one request and one response that can be served without a context.</summary>
internal interface IUnaryMethod
{
    /// <summary>Serves a call whose request is complete, and answers it in every case.</summary>
    Task AnswerAsync(UnaryCall call);
}
