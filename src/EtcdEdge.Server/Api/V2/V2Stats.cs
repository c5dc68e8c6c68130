using System.Globalization;
using System.Text;
using EtcdEdge.Server.Api.EtcdHttp;
using EtcdEdge.Server.Api.Gateway;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.V2;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.V2;

/// <summary>
/// /v2/stats/store, self and leader. The counts of messages between members are in /metrics and are 0 here; the leader's page lists its followers
/// without latencies.
/// </summary>
internal sealed class V2Stats(IEtcdNode node, V2Store store, V2Watches watches, TimeProvider time)
{
    private readonly DateTimeOffset _started = time.GetUtcNow();

    public Task StoreAsync(HttpContext context)
    {
        var counters = store.Counters;
        var text = new StringBuilder("{");
        foreach (var (name, action) in ((string, V2Action)[])
        [
            ("gets", V2Action.Get), ("sets", V2Action.Set), ("delete", V2Action.Delete), ("update", V2Action.Update), ("create", V2Action.Create),
            ("compareAndSwap", V2Action.CompareAndSwap), ("compareAndDelete", V2Action.CompareAndDelete),
        ])
        {
            text.Append(CultureInfo.InvariantCulture, $"\"{name}Success\":{counters.Successes(action)},\"{name}Fail\":{counters.Failures(action)},");
        }

        text.Append(CultureInfo.InvariantCulture, $"\"expireCount\":{counters.Successes(V2Action.Expire)},\"watchers\":{watches.Count}}}");
        return AnswerAsync(context, text.ToString());
    }

    public Task SelfAsync(HttpContext context)
    {
        var status = node.Status;
        var name = node.Cluster.Find(node.MemberId)?.Name ?? "";
        var state = status.IsLeader ? "StateLeader" : "StateFollower";
        var leader = status.Leader == 0 ? "" : status.Leader.ToString("x");
        var started = _started.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
        var uptime = Configuration.GoSyntax.Format(time.GetUtcNow() - _started);
        var quoted = new System.Buffers.ArrayBufferWriter<byte>();
        JsonText.Write(name, quoted);
        return AnswerAsync(context, $"{{\"name\":{Encoding.UTF8.GetString(quoted.WrittenSpan)},\"id\":\"{node.MemberId:x}\",\"state\":\"{state}\","
            + $"\"startTime\":\"{started}\",\"leaderInfo\":{{\"leader\":\"{leader}\",\"uptime\":\"{uptime}\","
            + $"\"startTime\":\"{started}\"}},\"recvAppendRequestCnt\":0,\"sendAppendRequestCnt\":0}}");
    }

    public Task LeaderAsync(HttpContext context)
    {
        if (!node.Status.IsLeader)
        {
            return V2Http.ErrorAsync(context, StatusCodes.Status403Forbidden, "not current leader");
        }

        const string latency =
            "{\"latency\":{\"current\":0,\"average\":0,\"standardDeviation\":0,\"minimum\":0,\"maximum\":0},\"counts\":{\"fail\":0,\"success\":0}}";
        var followers = node.Cluster.Members.Where(member => member.Id != node.MemberId).Select(member => $"\"{member.Id:x}\":{latency}");
        return AnswerAsync(context, $"{{\"leader\":\"{node.MemberId:x}\",\"followers\":{{{string.Join(',', followers)}}}}}");
    }

    private static Task AnswerAsync(HttpContext context, string body) =>
        V2Http.Allows(context, "GET") ? HttpText.WriteAsync(context, "application/json", body) : Task.CompletedTask;
}
