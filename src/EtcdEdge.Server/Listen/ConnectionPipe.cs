using System.IO.Pipelines;

namespace EtcdEdge.Server.Listen;

/// <summary>A connection's two directions with something put in between, as Kestrel wants them.</summary>
internal sealed record ConnectionPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
