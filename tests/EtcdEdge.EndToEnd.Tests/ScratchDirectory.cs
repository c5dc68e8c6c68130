namespace EtcdEdge.EndToEnd.Tests;

/// <summary>A temporary directory that goes with this object.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("etcdedge-").FullName;

    public string DataDirectory => System.IO.Path.Combine(Path, "data");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
