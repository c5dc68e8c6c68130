namespace EtcdEdge.Cli.Utl;

/// <summary>etcdutl migrate, which 3.6 has to change the schema of etcd's database: there is none here to change.</summary>
internal static class MigrateCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "migrate",
        Short = "Migrates schema of etcd data dir files to make them compatible with different etcd version",
        Flags =
        [
            new CliFlag("data-dir", "string", "Path to the etcd data dir"),
            new CliFlag("target-version", "string",
                "Target etcd version to migrate contents of data dir. Minimal value 3.5. Format \"X.Y\" for example 3.6."),
            new CliFlag("force", "", "Ignore migration failure and forcefully override storage version. Not recommended."),
        ],
        Required = ["data-dir", "target-version"],
        Run = _ => throw new CliFailure(
            CliFailure.BadFeature, "EtcdEdge's data directory has no schema of etcd's to migrate: every version of it reads the earlier ones. "
                + "The way to another etcd is a snapshot (etcdctl snapshot save) and that etcd's own etcdutl snapshot restore"),
    };
}
