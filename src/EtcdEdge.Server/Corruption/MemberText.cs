using System.Globalization;

namespace EtcdEdge.Server.Corruption;

/// <summary>Member ids as etcd writes them.</summary>
internal static class MemberText
{
    public static string Of(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);
}
