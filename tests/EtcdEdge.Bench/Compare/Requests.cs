using System.Buffers.Binary;
using EtcdEdge.Api;
using Google.Protobuf;

namespace EtcdEdge.Bench.Compare;

/// <summary>The requests of the scenarios, and gRPC's frame around a message.</summary>
internal static class Requests
{
    public const string PutPath = "/etcdserverpb.KV/Put";
    public const string RangePath = "/etcdserverpb.KV/Range";
    public const string TxnPath = "/etcdserverpb.KV/Txn";
    public const string WatchPath = "/etcdserverpb.Watch/Watch";
    public const string KeepAlivePath = "/etcdserverpb.Lease/LeaseKeepAlive";
    private const int FrameHeaderBytes = 5;

    /// <summary>The key of the scenarios that write one object, as long as Kubernetes' keys are.</summary>
    public static ByteString Key { get; } = ByteString.CopyFromUtf8("/registry/leases/kube-system/x");

    /// <summary>A value that does not compress, the same in every run.</summary>
    public static ByteString Value(int bytes)
    {
        var value = new byte[bytes];
        new Random(bytes).NextBytes(value);
        return UnsafeByteOperations.UnsafeWrap(value);
    }

    public static ByteString NumberedKey(int n) => ByteString.CopyFromUtf8($"/registry/pods/default/pod-{n:d8}");

    /// <summary>The message with gRPC's flag and length before it.</summary>
    public static byte[] Framed(IMessage message)
    {
        var framed = new byte[FrameHeaderBytes + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), framed.Length - FrameHeaderBytes);
        message.WriteTo(framed.AsSpan(FrameHeaderBytes));
        return framed;
    }

    public static byte[] FramedPut(int n, ByteString value) => Framed(new PutRequest { Key = NumberedKey(n), Value = value });
}
