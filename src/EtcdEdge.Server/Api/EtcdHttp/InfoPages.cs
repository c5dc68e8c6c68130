using System.Buffers;
using System.Text.Json;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.EtcdHttp;

/// <summary>/version, /metrics and /debug/vars.</summary>
/// <param name="node">Whose versions and Raft state are shown.</param>
/// <param name="metrics">What /metrics shows.</param>
internal sealed class InfoPages(IEtcdNode node, EtcdMetrics metrics)
{
    private const string Json = "application/json";

    public Task VersionAsync(HttpContext context)
    {
        if (!HttpText.IsGet(context, out var refusal))
        {
            return refusal;
        }

        var decided = node.Cluster.Version.Length > 0;
        var (cluster, storage) = decided ? (node.Cluster.Version, VersionText.Cluster) : ("not_decided", "unknown");
        var body = $$"""{"etcdserver":"{{VersionText.Etcd}}","etcdcluster":"{{cluster}}","storage":"{{storage}}"}""";
        return HttpText.WriteAsync(context, Json, body);
    }

    public Task MetricsAsync(HttpContext context)
    {
        var body = new ArrayBufferWriter<byte>(64 * 1024);
        metrics.Write(body);
        return HttpText.WriteAsync(context, PrometheusText.ContentType, body.WrittenMemory);
    }

    /// <summary>Go's expvar page, with what of it has a meaning here.</summary>
    public Task VarsAsync(HttpContext context)
    {
        if (!HttpText.IsGet(context, out var refusal))
        {
            return refusal;
        }

        var body = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("cmdline");
            foreach (var argument in Environment.GetCommandLineArgs())
            {
                json.WriteStringValue(argument);
            }

            json.WriteEndArray();
            WriteMemory(json);
            WriteRaft(json);
            json.WriteEndObject();
        }

        return HttpText.WriteAsync(context, "application/json; charset=utf-8", body.WrittenMemory);
    }

    private static void WriteMemory(Utf8JsonWriter json)
    {
        json.WriteStartObject("memstats");
        json.WriteNumber("Alloc", GC.GetTotalMemory(forceFullCollection: false));
        json.WriteNumber("TotalAlloc", GC.GetTotalAllocatedBytes());
        json.WriteNumber("Sys", Environment.WorkingSet);
        json.WriteNumber("NumGC", GC.CollectionCount(0));
        json.WriteEndObject();
    }

    private void WriteRaft(Utf8JsonWriter json)
    {
        var status = node.Status;
        json.WriteStartObject("raft.status");
        json.WriteString("id", node.MemberId.ToString("x"));
        json.WriteNumber("term", status.Term);
        json.WriteNumber("commit", status.CommittedIndex);
        json.WriteNumber("applied", status.AppliedIndex);
        json.WriteString("lead", status.Leader.ToString("x"));
        json.WriteString("raftState", status.IsLeader ? "StateLeader" : "StateFollower");
        json.WriteEndObject();
    }
}
