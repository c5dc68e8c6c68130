using System.Globalization;
using EtcdEdge.Cli.Output;
using EtcdEdge.Snapshots.EtcdFormat;

namespace EtcdEdge.Cli.Utl;

/// <summary>etcdutl snapshot status.</summary>
internal static class SnapshotStatusCommand
{
    public static CliCommand Command { get; } = new()
    {
        Name = "status",
        Arguments = "<filename>",
        Short = "Gets backend snapshot status of a given file",
        Run = Run,
    };

    private static int Run(CliCall call)
    {
        var file = OneFile.Of(call, "snapshot status requires exactly one argument");
        ReportOutput.Check(call.Text("write-out"));
        var status = OneFile.Read(() => EtcdFiles.Status(file));
        Report(status).Print(call.Text("write-out"));
        return 0;
    }

    private static ReportOutput Report(DatabaseStatus status)
    {
        string hash = status.Hash.ToString(CultureInfo.InvariantCulture), revision = status.Revision.ToString(CultureInfo.InvariantCulture);
        string keys = status.TotalKeys.ToString(CultureInfo.InvariantCulture), size = status.TotalSize.ToString(CultureInfo.InvariantCulture);
        return new ReportOutput(
            ["hash", "revision", "total keys", "total size", "version"],
            [status.Hash.ToString("x", CultureInfo.InvariantCulture), revision, keys, HumanBytes.Of(status.TotalSize), status.Version],
            [$"\"Hash\" : {hash}", $"\"Revision\" : {revision}", $"\"Keys\" : {keys}", $"\"Size\" : {size}", $"\"Version\" : {status.Version}"],
            $"{{\"hash\":{hash},\"revision\":{revision},\"totalKey\":{keys},\"totalSize\":{size},\"version\":\"{status.Version}\"}}");
    }
}
