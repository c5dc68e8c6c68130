using System.Globalization;
using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Storage;

namespace EtcdEdge.Cli.Utl;

/// <summary>etcdutl defrag.</summary>
internal static class DefragCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "defrag",
        Short = "Defragments the storage of the etcd",
        Flags = [new CliFlag("data-dir", "string", "Required. Defragments a data directory not in use by etcd.")],
        Required = ["data-dir"],
        Run = Run,
    };

    private static int Run(CliCall call)
    {
        var directory = call.Text("data-dir");
        try
        {
            var (before, after) = OfflineDefrag.Run(new FileDisk(), directory);
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Finished defragmenting {directory}: checkpoints had {before} bytes and have {after}"));
            return 0;
        }
        catch (IOException refusal)
        {
            throw new CliFailure(CliFailure.Error, $"Failed to defragment etcd data[{directory}] ({refusal.Message})");
        }
    }
}
