using EtcdEdge.Configuration;

namespace EtcdEdge.Cli.Utl;

internal static class VersionCommand
{
    public static CliCommand Command { get; } = new() { Name = "version", Short = "Prints the version of etcdutl", Run = Run };

    private static int Run(CliCall call)
    {
        Console.WriteLine($"etcdutl version: {VersionText.Etcd}");
        Console.WriteLine($"API version: {VersionText.Cluster[..VersionText.Cluster.LastIndexOf('.')]}");
        Console.WriteLine($"EtcdEdge version: {VersionText.Own}");
        return 0;
    }
}
