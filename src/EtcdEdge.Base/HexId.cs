using System.Globalization;

namespace EtcdEdge.Base;

/// <summary>Member and cluster ids as etcd prints them: hexadecimal in lower case, without leading zeros.</summary>
public static class HexId
{
    public static string Of(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);
}
