namespace EtcdEdge.Cli.Ctl.Common;

/// <summary>The groups under which help lists the commands, as etcd 3.7 does.</summary>
internal static class CommandGroups
{
    public const string KeyValue = "Key-value commands";
    public const string Maintenance = "Cluster maintenance commands";
    public const string Concurrency = "Concurrency commands";
    public const string Authentication = "Authentication commands";
    public const string Utility = "Utility commands";
}
