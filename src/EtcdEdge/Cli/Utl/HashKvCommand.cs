using System.Globalization;
using EtcdEdge.Snapshots.EtcdFormat;

namespace EtcdEdge.Cli.Utl;

/// <summary>etcdutl hashkv.</summary>
internal static class HashKvCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "hashkv",
        Arguments = "<filename>",
        Short = "Prints the KV history hash of a given file",
        Flags = [new CliFlag("rev", "int", "maximum revision to hash (default: latest revision)")],
        Run = Run,
    };

    private static int Run(CliCall call)
    {
        if (call.Arguments.Count != 1)
        {
            throw new CliFailure(CliFailure.Error, $"accepts 1 arg(s), received {call.Arguments.Count}");
        }

        var file = OneFile.Of(call, "");
        ReportOutput.Check(call.Text("write-out"));
        var revision = call.Text("rev").Length == 0 ? 0 : call.Number("rev");
        var hash = OneFile.Read(() => EtcdFiles.HashKv(file, revision));
        string[] cells =
        [
            hash.Hash.ToString(CultureInfo.InvariantCulture), hash.Revision.ToString(CultureInfo.InvariantCulture),
            hash.CompactRevision.ToString(CultureInfo.InvariantCulture),
        ];
        new ReportOutput(
            ["hash", "hash revision", "compact revision"], cells,
            [$"\"Hash\" : {cells[0]}", $"\"Hash revision\" : {cells[1]}", $"\"Compact revision\" : {cells[2]}"],
            $"{{\"hash\":{cells[0]},\"hashRevision\":{cells[1]},\"compactRevision\":{cells[2]}}}").Print(call.Text("write-out"));
        return 0;
    }
}
