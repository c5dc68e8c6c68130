using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Output;

namespace EtcdEdge.Cli.Ctl.Writers;

/// <summary>The health of an endpoint.</summary>
/// <param name="Endpoint">As given.</param>
/// <param name="IsHealthy">A linearizable read succeeded, and no alarm is active.</param>
/// <param name="Took">Of the read.</param>
/// <param name="Error">Empty when healthy.</param>
internal sealed record EndpointHealth(string Endpoint, bool IsHealthy, string Took, string Error);

/// <summary>Answers of several endpoints.</summary>
internal static class EndpointReport
{
    private static readonly string[] s_statusHeads =
    [
        "endpoint", "ID", "version", "storage version", "db size", "in use", "percentage not in use", "quota", "is leader", "is learner", "raft term",
        "raft index", "raft applied index", "errors", "downgrade target version", "downgrade enabled",
    ];

    public static Report Health(IReadOnlyCollection<EndpointHealth> all) => new()
    {
        Simple = writer => WriteHealth(writer, all),
        Fields = writer =>
        {
            foreach (var one in all)
            {
                writer.Quoted("Endpoint", one.Endpoint);
                writer.Bool("Health", one.IsHealthy);
                writer.Line("Took", one.Took);
                writer.Line("Error", one.Error);
                writer.Blank();
            }
        },
        Json = json => WriteList(json, all, one =>
        {
            json.Begin('{').Name("endpoint").Text(one.Endpoint).Name("health").Bool(one.IsHealthy).Name("took").Text(one.Took);
            if (one.Error.Length > 0)
            {
                json.Name("error").Text(one.Error);
            }

            json.End('}');
        }),
        Table = new TableRows(
            ["endpoint", "health", "took", "error"],
            [.. all.Select(one => new[] { one.Endpoint, GoText.Bool(one.IsHealthy), one.Took, one.Error })]),
    };

    public static Report Status(IReadOnlyCollection<(string Endpoint, StatusResponse Status)> all)
    {
        var table = new TableRows(s_statusHeads, [.. all.Select(one => Row(one.Endpoint, one.Status))]);
        return new Report
        {
            Simple = table.WriteSimple,
            Table = table,
            Json = json => WriteList(
                json, all, one => json.Begin('{').Name("Endpoint").Text(one.Endpoint).Name("Status").Message(one.Status).End('}')),
            Fields = writer =>
            {
                foreach (var (endpoint, status) in all)
                {
                    WriteFields(writer, endpoint, status);
                }
            },
        };
    }

    public static Report HashKv(IReadOnlyCollection<(string Endpoint, HashKVResponse Hash)> all)
    {
        var table = new TableRows(
            ["endpoint", "hash", "hash revision"], [.. all.Select(one => new[] { one.Endpoint, $"{one.Hash.Hash}", $"{one.Hash.HashRevision}" })]);
        return new Report
        {
            Simple = table.WriteSimple,
            Table = table,
            Json = json => WriteList(
                json, all, one => json.Begin('{').Name("Endpoint").Text(one.Endpoint).Name("HashKV").Message(one.Hash).End('}')),
            Fields = writer =>
            {
                foreach (var (endpoint, hash) in all)
                {
                    writer.Header(hash.Header);
                    writer.Quoted("Endpoint", endpoint);
                    writer.Number("Hash", (ulong)hash.Hash);
                    writer.Number("HashRevision", hash.HashRevision);
                    writer.Blank();
                }
            },
        };
    }

    private static void WriteHealth(SimpleWriter writer, IEnumerable<EndpointHealth> all)
    {
        foreach (var one in all)
        {
            if (one.Error.Length == 0)
            {
                writer.Line($"{one.Endpoint} is healthy: successfully committed proposal: took = {one.Took}");
            }
            else
            {
                CtlConsole.Error.WriteLine($"{one.Endpoint} is unhealthy: failed to commit proposal: {one.Error}");
            }
        }
    }

    // Go writes a list that was never filled as null.
    private static void WriteList<T>(GoJson json, IReadOnlyCollection<T> all, Action<T> write)
    {
        if (all.Count == 0)
        {
            json.Literal("null");
            return;
        }

        json.Begin('[');
        foreach (var one in all)
        {
            write(one);
        }

        json.End(']');
    }

    private static string[] Row(string endpoint, StatusResponse status) =>
    [
        endpoint,
        $"{status.Header.MemberId:x}",
        status.Version,
        status.StorageVersion,
        HumanBytes.Of(status.DbSize),
        HumanBytes.Of(status.DbSizeInUse),
        $"{(status.DbSize == 0 ? 0 : 100 - (status.DbSizeInUse * 100 / status.DbSize))}%",
        HumanBytes.Of(status.DbSizeQuota),
        GoText.Bool(status.Leader == status.Header.MemberId),
        GoText.Bool(status.IsLearner),
        $"{status.RaftTerm}",
        $"{status.RaftIndex}",
        $"{status.RaftAppliedIndex}",
        string.Join(", ", status.Errors),
        status.DowngradeInfo?.TargetVersion ?? "",
        GoText.Bool(status.DowngradeInfo?.Enabled ?? false),
    ];

    private static void WriteFields(FieldsWriter writer, string endpoint, StatusResponse status)
    {
        writer.Header(status.Header);
        writer.Quoted("Version", status.Version);
        writer.Quoted("StorageVersion", status.StorageVersion);
        writer.Number("DBSize", status.DbSize);
        writer.Number("DBSizeInUse", status.DbSizeInUse);
        writer.Number("DBSizeQuota", status.DbSizeQuota);
        writer.Number("Leader", status.Leader);
        writer.Bool("IsLearner", status.IsLearner);
        writer.Number("RaftIndex", status.RaftIndex);
        writer.Number("RaftTerm", status.RaftTerm);
        writer.Number("RaftAppliedIndex", status.RaftAppliedIndex);
        writer.Line("Errors", $"[{string.Join(' ', status.Errors)}]");
        writer.Quoted("Endpoint", endpoint);
        writer.Quoted("DowngradeTargetVersion", status.DowngradeInfo?.TargetVersion ?? "");
        writer.Bool("DowngradeEnabled", status.DowngradeInfo?.Enabled ?? false);
        writer.Blank();
    }
}
