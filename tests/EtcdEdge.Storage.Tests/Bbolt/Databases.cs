using System.Text;
using EtcdEdge.Storage.Bbolt;
using EtcdEdge.Testing;

namespace EtcdEdge.Storage.Tests.Bbolt;

/// <summary>bbolt databases in memory: made from lists, read back into lists.</summary>
internal static class Databases
{
    private const string Path = "/db";

    public static byte[] Write(params (string Name, (byte[] Key, byte[] Value)[] Entries)[] buckets)
    {
        var image = new BboltImage(buckets.Select(bucket => new BboltBucket(bucket.Name, () => new BboltList(bucket.Entries))));
        using var bytes = new MemoryStream();
        foreach (var page in image.Pages())
        {
            bytes.Write(page.Span);
        }

        Assert.Equal(image.Length, bytes.Length);
        return bytes.ToArray();
    }

    public static IDiskFile Open(byte[] content)
    {
        var file = new SimDisk(seed: 1).Open(Path, DiskOpen.Create);
        file.Write(0, content);
        return file;
    }

    /// <summary>Every bucket of the database with its entries, in the order of the file.</summary>
    public static List<(string Name, string[] Entries)> Read(byte[] content)
    {
        using var file = Open(content);
        var buckets = new List<(string, string[])>();
        for (var names = new BboltReader(file, content.Length).Root(); names.MoveNext();)
        {
            buckets.Add((Encoding.UTF8.GetString(names.Key.Span), Entries(names.Nested())));
        }

        return buckets;
    }

    /// <summary>The rest of a bucket's entries, as <see cref="Text"/>.</summary>
    public static string[] Entries(BboltCursor cursor)
    {
        var entries = new List<string>();
        while (cursor.MoveNext())
        {
            entries.Add(Text(cursor.Key.ToArray(), cursor.Value.ToArray()));
        }

        return [.. entries];
    }

    /// <summary>An entry in hexadecimal.</summary>
    public static string Text(byte[] key, byte[] value) => $"{Convert.ToHexString(key)}={Convert.ToHexString(value)}";
}
