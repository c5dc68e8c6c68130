namespace EtcdEdge.Server.Api.Gateway;

/// <summary>The types that etcd's messages use.</summary>
internal enum FieldKind
{
    Bool,
    Int32,
    UInt32,
    Int64,
    UInt64,
    String,
    Bytes,
    Enum,
    Message,
}
