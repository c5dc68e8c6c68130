namespace EtcdEdge.Differential.Fuzz;

/// <summary>Requests of the v2 API: those of the comparison with etcd, with hostile fields added and numbers where they hurt.</summary>
internal sealed class V2Fuzz(int seed)
{
    private static readonly string[] s_fields =
    [
        "ttl=0", "ttl=1", "ttl=9223372036854775807", "ttl=18446744073709551615", "ttl=18446744073709551616", "ttl=-1", "ttl=%00",
            "prevIndex=18446744073709551615",
        "prevExist=", "refresh=true&ttl=1", "dir=true&value=x", "recursive=true&dir=true", "wait=true", "wait=true&waitIndex=18446744073709551615",
            "waitIndex=1&wait=true&stream=true",
        "%ff%fe=%ff", "value=%ff%00", "=&=", "&&&", "sorted=maybe", "quorum=true&wait=true", "prevValue=", "noValueOnSuccess=true",
    ];

    private static readonly string[] s_paths =
    [
        "/v2/keys/" + string.Join('/', Enumerable.Repeat("d", 700)), "/v2/keys//a//b", "/v2/keys/../../x", "/v2/keys/%2e%2e/%2F", "/v2/keys/_h/_i",
            "/v2/keys/%00", "/v2/keys/%ff",
        "/v2/members/1", "/v2/members", "/v2/machines", "/v2/stats/self", "/v2/stats/leader", "/v2/stats/store", "/v2/auth/users", "/v2/",
            "/v2/keys?",
    ];

    private readonly V2Generator _requests = new(seed);
    private readonly Random _random = new(seed);

    public V2Call Next()
    {
        var call = _requests.Next();
        var field = s_fields[_random.Next(s_fields.Length)];
        return _random.Next(4) switch
        {
            0 => call,
            1 when call.Form.Length > 0 => call with { Form = $"{field}&{call.Form}" },
            2 => call with { Method = call.Method == "GET" ? "GET" : "PUT", Target = s_paths[_random.Next(s_paths.Length)] },
            _ => call with { Target = $"{call.Target}{(call.Target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{field}" },
        };
    }
}
