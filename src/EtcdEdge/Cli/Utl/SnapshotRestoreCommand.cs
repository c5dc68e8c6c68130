using EtcdEdge.Snapshots.EtcdFormat;

namespace EtcdEdge.Cli.Utl;

/// <summary>etcdutl snapshot restore.</summary>
internal static class SnapshotRestoreCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "restore",
        Arguments = "<filename> --data-dir {output dir} [options]",
        Short = "Restores an etcd member snapshot to an etcd directory",
        Flags =
        [
            new CliFlag("data-dir", "string", "Path to the output data directory"),
            new CliFlag("wal-dir", "string", "Path to the WAL directory (use --data-dir if none given)"),
            new CliFlag("initial-cluster", "string", "Initial cluster configuration for restore bootstrap", "default=http://localhost:2380"),
            new CliFlag("initial-cluster-token", "string", "Initial cluster token for the etcd cluster during restore bootstrap", "etcd-cluster"),
            new CliFlag(
                "initial-advertise-peer-urls", "string", "List of this member's peer URLs to advertise to the rest of the cluster",
                    "http://localhost:2380"),
            new CliFlag("name", "string", "Human-readable name for this member", "default"),
            new CliFlag("skip-hash-check", "", "Ignore snapshot integrity hash value (required if copied from data directory)"),
            new CliFlag(
                "initial-memory-map-size", "uint",
                "Initial memory map size of the database in bytes. It uses the default value if not defined or defined to 0", "10737418240"),
            new CliFlag("bump-revision", "uint", "How much to increase the latest revision after restore"),
            new CliFlag(
                "mark-compacted", "",
                "Mark the latest revision after restore as the point of scheduled compaction (required if --bump-revision > 0, disallowed "
                    + "otherwise)"),
        ],
        Required = ["data-dir"],
        Run = Run,
    };

    private static int Run(CliCall call)
    {
        if (call.Arguments is not [var file])
        {
            throw new CliFailure(CliFailure.BadArguments, "snapshot restore requires exactly one argument");
        }

        var bump = call.Text("bump-revision").Length == 0 ? 0 : call.Unsigned("bump-revision");
        if (bump > 0 != call.IsOn("mark-compacted"))
        {
            throw new CliFailure(CliFailure.BadArguments, "--mark-compacted required if --revision-bump > 0");
        }

        return OneFile.Read(() =>
        {
            EtcdFiles.Restore(new RestoreOptions
            {
                SnapshotPath = file,
                Name = call.Text("name"),
                DataDir = call.Text("data-dir"),
                WalDir = call.Text("wal-dir"),
                InitialCluster = call.Text("initial-cluster"),
                InitialClusterToken = call.Text("initial-cluster-token"),
                InitialAdvertisePeerUrls = call.Text("initial-advertise-peer-urls"),
                SkipHashCheck = call.IsOn("skip-hash-check"),
                RevisionBump = bump,
            });
            return 0;
        });
    }
}
