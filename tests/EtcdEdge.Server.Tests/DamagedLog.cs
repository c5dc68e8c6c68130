namespace EtcdEdge.Server.Tests;

/// <summary>Rot on the card: one bit of a page of the first log segment.</summary>
internal static class DamagedLog
{
    private const int PageBytes = 4096;

    public static void FlipBit(string dataDirectory, int page)
    {
        var segment = Directory.EnumerateFiles(Path.Combine(dataDirectory, "member", "wal")).Where(file => new FileInfo(file).Length > 0)
            .Order(StringComparer.Ordinal).First();
        using var file = File.Open(segment, FileMode.Open);
        file.Position = (page * PageBytes) + 40;
        var damaged = (byte)(file.ReadByte() ^ 1);
        file.Position--;
        file.WriteByte(damaged);
    }
}
