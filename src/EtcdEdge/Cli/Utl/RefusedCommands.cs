namespace EtcdEdge.Cli.Utl;

/// <summary>Commands that one release of etcdutl or another has and this one has not, each with the next step.</summary>
internal static class RefusedCommands
{
    public static CliCommand[] All { get; } =
    [
        Refused("backup", "etcdutl backup copies etcd's own files, of which a member of EtcdEdge has none; save a snapshot with etcdctl snapshot "
            + "save"),
        Refused("bucket", "EtcdEdge's data directory has no bbolt buckets; look into a snapshot (etcdctl snapshot save) with etcd's own etcdutl"),
        Refused("check", "there is no v2store file to check: keys of the v2 API are in the checkpoint and the log like all others"),
        Refused("completion", "etcdutl of EtcdEdge writes no shell completions; etcd's own etcdutl completion fits it but for what is refused"),
        Refused("verify", "a member verifies its checkpoints and its log at each start; a snapshot is verified by etcdutl snapshot status and "
            + "restore"),
    ];

    /// <summary>etcdutl snapshot save, which etcd refuses too.</summary>
    public static CliCommand SnapshotSave { get; } =
        Refused("save", "In order to download snapshot use: `etcdctl snapshot save ...`", CliFailure.BadArguments);

    private static CliCommand Refused(string name, string why, int code = CliFailure.BadFeature) =>
        new() { Name = name, Short = "", Refusal = why, RefusalCode = code };
}
