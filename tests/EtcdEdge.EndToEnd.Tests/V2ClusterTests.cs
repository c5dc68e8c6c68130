using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: the v2 API over several members: every member answers, writes and watches alike, and the keys come through restarts, checkpoints and states
// that a leader sends. Method: three published daemons, plain HTTP.
public sealed class V2ClusterTests : IAsyncLifetime
{
    private readonly TestCluster _cluster = new(3, ["--enable-v2", "--snapshot-catchup-entries=5"]);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _cluster.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Each_member_writes_and_watches_and_keys_end_on_all()
    {
        var leader = await _cluster.LeaderAsync();
        var (one, other) = ((leader + 1) % 3, (leader + 2) % 3);
        var waiting = GetAsync(other, "a?wait=true&recursive=true");
        await WatchedAsync(other);
        var written = await PutAsync(one, "a/x", "value=1&ttl=2");
        Assert.Equal("set", (string?)written["action"]);
        Assert.Equal((string?)written["node"]!["modifiedIndex"]?.ToString(), (await waiting)["node"]!["modifiedIndex"]?.ToString());
        Assert.Equal("1", (string?)(await GetAsync(leader, "a/x?quorum=true"))["node"]!["value"]);
        var ends = await Task.WhenAll(Enumerable.Range(0, 3)
            .Select(member => GetAsync(member, $"a/x?wait=true&waitIndex={(long)written["node"]!["modifiedIndex"]! + 1}")));
        Assert.All(ends, end =>
            Assert.Equal(("expire", ends[0]["node"]!["modifiedIndex"]!.ToString()),
            ((string?)end["action"], end["node"]!["modifiedIndex"]!.ToString())));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 3).Select(member => GetAsync(member, "a/x?quorum=true"))), gone =>
            Assert.Equal(100, (int)gone["errorCode"]!));
    }

    [Fact]
    public async Task A_wait_goes_on_from_its_index_after_the_restart_of_all()
    {
        var written = await PutAsync(0, "before", "value=1");
        var index = (long)written["node"]!["modifiedIndex"]!;
        foreach (var member in _cluster.Members)
        {
            await member.KillAsync();
            member.Start();
        }

        await Task.WhenAll(_cluster.Members.Select(member => member.WaitReadyAsync()));
        Assert.Equal(index, (long)(await GetAsync(1, $"before?wait=true&waitIndex={index}"))["node"]!["modifiedIndex"]!);
        var waiting = GetAsync(2, $"after?wait=true&waitIndex={index + 1}");
        await PutAsync(1, "after", "value=2");
        Assert.Equal("2", (string?)(await waiting)["node"]!["value"]);
    }

    [Fact]
    public async Task A_member_that_gets_the_leaders_state_gets_its_v2_keys_and_its_watches_hear_of_them()
    {
        var away = (await _cluster.LeaderAsync() + 1) % 3;
        var (here, kept) = ((away + 1) % 3, await PutAsync(away, "kept", "value=1&ttl=600"));
        // Frozen, not stopped: the wait outlives the state that is exchanged underneath it.
        var waiting = GetAsync(away, $"dir?wait=true&recursive=true");
        await WatchedAsync(away);
        _cluster[away].Freeze();
        await _cluster.LogIsNotHeldAsync();
        // More than is sent ahead to a member that says nothing.
        for (var i = 0; i < 150; i++)
        {
            await PutAsync(here, $"dir/{i % 20}", $"value={new string('v', 200_000)}");
        }

        _cluster[away].Thaw();
        Assert.StartsWith("/dir/", (string?)(await waiting)["node"]!["key"], StringComparison.Ordinal);
        await TestCluster.EventuallyAsync(async () => JsonNode.DeepEquals(await TreeAsync(away), await TreeAsync(here)), "the trees stay different");
        Assert.Contains(_cluster[away].Log, line => line.Contains("applied snapshot", StringComparison.Ordinal));
        Assert.Equal(kept["node"]!["expiration"]!.ToString(), (await GetAsync(away, "kept"))["node"]!["expiration"]!.ToString());
        await _cluster[away].KillAsync();
        _cluster[away].Start();
        await _cluster[away].WaitReadyAsync();
        Assert.True(JsonNode.DeepEquals(await TreeAsync(away), await TreeAsync(here)));
    }

    [Fact]
    public async Task Members_are_listed_added_and_removed_by_the_v2_API()
    {
        var members = (JsonArray)JsonNode.Parse(await _http.GetStringAsync(_cluster[1].ClientUrl + "/v2/members", Cancel))!["members"]!;
        Assert.Equal(["m1", "m2", "m3"], members.Select(member => (string)member!["name"]!).Order());
        var id = await AddAsync();
        await ChangedAsync(HttpStatusCode.NoContent, () => PutUrlsAsync(id, Ports.Free()));
        await ChangedAsync(HttpStatusCode.NoContent, () => _http.DeleteAsync($"{_cluster[2].ClientUrl}/v2/members/{id}", Cancel),
            HttpStatusCode.Gone);
        await ChangedAsync(HttpStatusCode.Gone, () => _http.DeleteAsync($"{_cluster[2].ClientUrl}/v2/members/{id}", Cancel));
        await ChangedAsync(HttpStatusCode.NotFound, () => _http.DeleteAsync($"{_cluster[2].ClientUrl}/v2/members/77", Cancel));
        await TestCluster.EventuallyAsync(async () =>
        {
            using var answer = await _http.GetAsync(_cluster[0].ClientUrl + "/v2/members/leader", Cancel);
            var name = (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["name"];
            return name == $"m{await _cluster.LeaderAsync() + 1}";
        }, "the leader is told to be another");
    }

    /// <summary>The new member's id. On a busy machine the answer to an addition may get lost though it was made.</summary>
    private async Task<string> AddAsync()
    {
        var port = Ports.Free();
        await ChangedAsync(HttpStatusCode.Created, async () =>
        {
            using var body = UrlsOf(port);
            return await _http.PostAsync(_cluster[1].ClientUrl + "/v2/members", body, Cancel);
        }, HttpStatusCode.Conflict);
        var members = await _http.GetStringAsync(_cluster[1].ClientUrl + "/v2/members", Cancel);
        return (string)((JsonArray)JsonNode.Parse(members)!["members"]!).Single(member =>
            member!["peerURLs"]![0]!.ToString().EndsWith($":{port}", StringComparison.Ordinal))!["id"]!;
    }

    private async Task<HttpResponseMessage> PutUrlsAsync(string id, int port)
    {
        using var body = UrlsOf(port);
        return await _http.PutAsync($"{_cluster[0].ClientUrl}/v2/members/{id}", body, Cancel);
    }

    /// <summary>
    /// Repeats a change until it is answered so. Members that are not connected for long enough, or that change their leader meanwhile, answer an
    /// internal error, as etcd's v2 API does; the change may have been made all the same, which the next answer then says.
    /// </summary>
    private static async Task ChangedAsync(HttpStatusCode expected, Func<Task<HttpResponseMessage>> change, HttpStatusCode? whenMade = null)
    {
        var failed = false;
        await TestCluster.EventuallyAsync(async () =>
        {
            using var answer = await change();
            if (answer.StatusCode == HttpStatusCode.InternalServerError)
            {
                failed = true;
                return false;
            }

            Assert.True(answer.StatusCode == expected || (failed && answer.StatusCode == whenMade), $"{answer.StatusCode} in place of {expected}");
            return true;
        }, "the cluster stays unhealthy");
    }

    private static StringContent UrlsOf(int port) => new($$"""{"peerURLs":["http://127.0.0.1:{{port}}"]}""", Encoding.UTF8, "application/json");

    private async Task<JsonNode> GetAsync(int member, string key)
    {
        using var answer = await _http.GetAsync($"{_cluster[member].ClientUrl}/v2/keys/{key}", Cancel);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
    }

    private async Task<JsonNode> PutAsync(int member, string key, string form)
    {
        using var body = new StringContent(form, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        using var answer = await _http.PutAsync($"{_cluster[member].ClientUrl}/v2/keys/{key}", body, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<JsonNode> TreeAsync(int member)
    {
        var tree = await GetAsync(member, "?recursive=true&sorted=true");
        foreach (var node in (JsonArray)tree["node"]!["nodes"]!)
        {
            ((JsonObject)node!).Remove("ttl");
        }

        return tree;
    }

    /// <summary>Waits until the member's wait has begun: the store counts it.</summary>
    private Task WatchedAsync(int member) => TestCluster.EventuallyAsync(
        async () => (long)JsonNode.Parse(await _http.GetStringAsync(_cluster[member].ClientUrl + "/v2/stats/store", Cancel))!["watchers"]! > 0,
            "nobody waits");
}
