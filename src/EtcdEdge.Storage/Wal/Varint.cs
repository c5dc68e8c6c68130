namespace EtcdEdge.Storage.Wal;

/// <summary>Unsigned LEB128: seven bits a byte, the lowest first, the top bit says more follow.</summary>
internal static class Varint
{
    public static int Write(Span<byte> into, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            into[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        into[length++] = (byte)value;
        return length;
    }
}
