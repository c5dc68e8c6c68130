namespace EtcdEdge.Server.Api.Rpc;

/// <summary>How gRPC looks on HTTP/2 (gRPC over HTTP/2, "Requests", "Length-Prefixed-Message").</summary>
internal static class GrpcWire
{
    public const string ContentType = "application/grpc";

    /// <summary>The prefix of each message: a compression flag and the length.</summary>
    public const int PrefixBytes = 5;

    /// <summary>Whether a content type is gRPC's, with or without the codec's name and parameters.</summary>
    public static bool IsContentType(string? text) =>
        text is not null && text.StartsWith(ContentType, StringComparison.Ordinal)
        && (text.Length == ContentType.Length || text[ContentType.Length] is '+' or ';');

    /// <summary>
    /// Whether a request is gRPC's to answer, if only by a refusal: etcd looks for the name anywhere in the content type (embed/serve.go,
    /// grpcHandlerFunc).
    /// </summary>
    public static bool IsMeant(string? contentType) => contentType?.Contains(ContentType, StringComparison.Ordinal) == true;
}
