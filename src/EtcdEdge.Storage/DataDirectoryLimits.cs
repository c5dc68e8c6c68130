namespace EtcdEdge.Storage;

/// <summary>The limits of the datadirectory, each with its reason.</summary>
public static class DataDirectoryLimits
{
    /// <summary>The identity file is one sector, so that a torn write of it cannot exist.</summary>
    public const int IdentityFileSize = 512;

    /// <summary>Member names longer than this do not fit the identity file; etcd's are host names (at most 253).</summary>
    public const int MemberNameBytesMax = 400;
}
