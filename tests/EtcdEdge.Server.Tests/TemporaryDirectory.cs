namespace EtcdEdge.Server.Tests;

/// <summary>A directory that goes with this object.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("etcdedge-").FullName;

    public string Data => System.IO.Path.Combine(Path, "data");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
