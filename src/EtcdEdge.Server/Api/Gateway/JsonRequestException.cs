namespace EtcdEdge.Server.Api.Gateway;

/// <summary>A body that is not the JSON of its message. The message is what the client reads, in the words of Go's decoders.</summary>
internal sealed class JsonRequestException(string message) : Exception(message);
