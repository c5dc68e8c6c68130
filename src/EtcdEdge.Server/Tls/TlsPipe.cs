using System.IO.Pipelines;

namespace EtcdEdge.Server.Tls;

/// <summary>The decrypted side of a connection, as Kestrel wants it.</summary>
internal sealed record TlsPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
