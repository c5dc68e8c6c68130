using System.Globalization;
using EtcdEdge.Snapshots.EtcdFormat;

namespace EtcdEdge.Cli.Import;

/// <summary>etcdedge import: a stopped etcd's data directory becomes one of EtcdEdge's. The old one is only read.</summary>
internal static class ImportCommand
{
    private const string Suffix = ".etcdedge";

    private static readonly CliCommand s_command = new()
    {
        Name = "etcdedge import",
        Arguments = "--data-dir {etcd's data dir} [--to {new data dir}]",
        Short = "Takes a stopped etcd member's data over",
        Flags =
        [
            new CliFlag("data-dir", "string", "Required. The data directory of a stopped etcd member; it is only read"),
            new CliFlag("wal-dir", "string", "That member's --wal-dir, if it had one"),
            new CliFlag("to", "string", $"The data directory to make (the old one's name with {Suffix} behind if none given)"),
        ],
        Required = ["data-dir"],
        Run = Run,
    };

    public static int Run(string[] arguments) => new CliTool(s_command, Console.Out, Console.Error) { RepeatsErrors = true }.Run(arguments);

    private static int Run(CliCall call)
    {
        if (call.Arguments.Count > 0)
        {
            throw new CliFailure(CliFailure.BadArguments, $"import takes no argument \"{call.Arguments[0]}\"; name the directory with --data-dir");
        }

        string from = call.Text("data-dir"), to = call.Text("to").Length > 0 ? call.Text("to") : from.TrimEnd('/') + Suffix;
        var report = Utl.OneFile.Read(() => EtcdFiles.Import(from, call.Text("wal-dir"), to));
        var withoutWalDir = call.Text("wal-dir").Length > 0 ? " and without --wal-dir: its log is in there" : "";
        Console.Out.Write(string.Create(CultureInfo.InvariantCulture,
            $"""
            imported member {report.MemberId:x} ({report.Name}) of cluster {report.ClusterId:x} at revision {report.Revision},
            and {report.Entries} entries of the log behind it; start it with --name {report.Name} --data-dir {to}{withoutWalDir}

            """));
        return 0;
    }
}
