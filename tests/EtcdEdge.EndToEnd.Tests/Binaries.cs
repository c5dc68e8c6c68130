namespace EtcdEdge.EndToEnd.Tests;

/// <summary>
/// The executables. The server under test is named by ETCDEDGE_BIN, the arm64 build by ETCDEDGE_ARM64_BIN; the peers are what
/// scripts/peer-etcd fetched. Naming the peer's etcd as the server under test tries the tests themselves: whatever is not EtcdEdge's own
/// promise must pass there too.
/// </summary>
internal static class Binaries
{
    /// <summary>The project's directory.</summary>
    public static string Root { get; } = FindRoot();

    public static string Server { get; } = Existing("ETCDEDGE_BIN", "out/linux-x64/etcdedge", "scripts/build");

    public static string Etcd { get; } = Existing("ETCD_BIN", "out/peer/bin/etcd", "scripts/peer-etcd");

    /// <summary>True when the server under test is etcd itself.</summary>
    public static bool ServerIsEtcd { get; } = new FileInfo(Server).Length == new FileInfo(Etcd).Length;

    public static string Arm64Server() => Existing("ETCDEDGE_ARM64_BIN", "out/linux-arm64/etcdedge", "scripts/build linux-arm64");

    /// <summary>etcdutl of the peer's version.</summary>
    public static string EtcdUtl { get; } = Path.Combine(Path.GetDirectoryName(Etcd)!, "etcdutl");

    /// <summary>The last etcd with the v2 API and the flags of old.</summary>
    public static string Etcd34 { get; } = Path.Combine(Path.GetDirectoryName(Etcd)!, "etcd-3.4");

    /// <summary>etcdctl of the given minor version, "3.4" or "3.5".</summary>
    public static string EtcdCtl(string version) => Path.Combine(Path.GetDirectoryName(Etcd)!, version == "3.4" ? "etcdctl-3.4" : "etcdctl");

    private static string Existing(string variable, string path, string maker)
    {
        var file = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named ? named : Path.Combine(Root, path);
        return File.Exists(file)
            ? Path.GetFullPath(file)
            : throw new FileNotFoundException($"{file} is not there: run {maker}, or name the file in {variable}");
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "EtcdEdge.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? Directory.GetCurrentDirectory();
    }
}
