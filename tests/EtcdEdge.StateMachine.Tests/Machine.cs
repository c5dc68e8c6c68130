using System.Buffers;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Lease;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;

namespace EtcdEdge.StateMachine.Tests;

/// <summary>A state machine as the server drives it: checks, then the log or the published root, then the response's bytes.</summary>
internal sealed class Machine
{
    private ulong _index;

    public Machine(long quotaBytes = 0)
    {
        Applier = new Applier(Store, Lessor, Alarms, Cluster, Auth, new Quota(quotaBytes));
        Root = Store.Publish();
    }

    public MvccStore Store { get; } = new();

    public Lessor Lessor { get; } = new();

    public AlarmBoard Alarms { get; } = new();

    public ClusterState Cluster { get; } = new();

    public AuthStore Auth { get; } = new();

    public Applier Applier { get; }

    public MvccRoot Root { get; private set; }

    /// <summary>Puts a request through the log without any check before it.</summary>
    public ApplyResult Apply(RequestKind kind, IMessage request, AuthInfo who = default)
    {
        var entry = EntryCodec.Encode(++_index, kind, new ReadOnlySequence<byte>(request.ToByteArray()), who);
        var result = Applier.Apply(_index, 1, entry, out var requestId);
        Xunit.Assert.Equal(_index, requestId);
        Root = Store.Publish();
        return result;
    }

    public bool CompactStep(int maxRecords)
    {
        var more = Store.CompactStep(maxRecords);
        Root = Store.Publish();
        return more;
    }

    /// <summary>The response as the client would get it, with a header of the revision alone.</summary>
    public static byte[] BytesOf(KvResult result, long revision)
    {
        var output = new ArrayBufferWriter<byte>();
        var header = new WireHeader(0, 0, revision, 0);
        result.Write(header, output);
        Xunit.Assert.Equal(result.SizeOf(header), output.WrittenCount);
        return output.WrittenSpan.ToArray();
    }
}
