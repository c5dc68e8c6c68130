using EtcdEdge.Snapshots.EtcdFormat;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Snapshot;
using EtcdEdge.Storage;

namespace EtcdEdge.Server.Tests.Interchange;

/// <summary>A database file in a temporary directory.</summary>
internal sealed class SnapshotFile : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public string Path => System.IO.Path.Combine(_directory.Path, "db");

    public static SnapshotFile Of(StateSnapshot state)
    {
        var file = new SnapshotFile();
        using var content = File.Create(file.Path);
        foreach (var page in SnapshotImage.Of(state).Pages())
        {
            content.Write(page.Span);
        }

        return file;
    }

    public static SnapshotFile Of(byte[] content)
    {
        var file = new SnapshotFile();
        File.WriteAllBytes(file.Path, content);
        return file;
    }

    public EtcdDatabase Open() => new(new FileDisk(), Path);

    /// <summary>The state the file holds, and its records as text.</summary>
    public (StateSnapshotHeader Header, string[] Records) Read()
    {
        using var database = Open();
        return (database.ReadHeader(), [.. database.Records().Select(Text)]);
    }

    public static string Text(Record record) =>
        $"{record.ModRevision}.{record.SubRevision} {Convert.ToHexString(record.Key.Span)}={Convert.ToHexString(record.Value.Span)}"
        + $" {record.CreateRevision} {record.Version} {record.Lease}";

    public void Dispose() => _directory.Dispose();
}
