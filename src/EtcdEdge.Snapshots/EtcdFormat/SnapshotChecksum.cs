using EtcdEdge.Base.Cryptography;
using EtcdEdge.Snapshots.State;

namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>The SHA-256 at the end of a snapshot file. A database is whole sectors, so the remainder shows whether there is one.</summary>
public static class SnapshotChecksum
{
    private const int SectorBytes = 512;

    /// <exception cref="ImportException">It is missing or wrong, in etcd's words; or the file cannot be read.</exception>
    public static void Check(string path, bool skip)
    {
        try
        {
            using var file = File.OpenRead(path);
            var isThere = file.Length % SectorBytes == Sha256.Size;
            if (!isThere && !skip)
            {
                throw new ImportException("snapshot missing hash but --skip-hash-check=false");
            }

            if (isThere && !skip)
            {
                Compare(file);
            }
        }
        catch (FileNotFoundException missing)
        {
            throw new ImportException($"open {path}: no such file or directory", missing);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"open {path}: {unreadable.Message}", unreadable);
        }
    }

    private static void Compare(FileStream file)
    {
        var digest = new Sha256();
        var buffer = new byte[EtcdFormatLimits.BackupChunkBytes];
        for (var left = file.Length - Sha256.Size; left > 0;)
        {
            var read = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
            {
                throw new ImportException($"{file.Name} has become shorter while it was read");
            }

            digest.Append(buffer.AsSpan(0, read));
            left -= read;
        }

        var expected = new byte[Sha256.Size];
        file.ReadExactly(expected);
        var actual = digest.Finish();
        if (!expected.AsSpan().SequenceEqual(actual))
        {
            throw new ImportException($"expected sha256 [{string.Join(' ', expected)}], got [{string.Join(' ', actual)}]");
        }
    }
}
