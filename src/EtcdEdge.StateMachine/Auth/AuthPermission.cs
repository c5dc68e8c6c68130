using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using Google.Protobuf;

namespace EtcdEdge.StateMachine.Auth;

/// <summary>What a role may do with the keys of one range (auth.proto, Permission).</summary>
/// <param name="Type">An unknown type grants nothing, as in etcd.</param>
public readonly record struct AuthPermission(Permission.Types.Type Type, KeyRange Range)
{
    public bool MayRead => Type is Permission.Types.Type.Read or Permission.Types.Type.Readwrite;

    public bool MayWrite => Type is Permission.Types.Type.Write or Permission.Types.Type.Readwrite;

    public static AuthPermission Of(Permission message) => new(message.PermType, new KeyRange(message.Key.Memory, message.RangeEnd.Memory));

    public Permission ToMessage() => new()
    {
        PermType = Type,
        Key = UnsafeByteOperations.UnsafeWrap(Range.Key),
        RangeEnd = UnsafeByteOperations.UnsafeWrap(Range.RangeEnd),
    };
}
