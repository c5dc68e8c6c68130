namespace EtcdEdge.Differential;

/// <summary>
/// Random requests of the v2 API over a small tree, so that they meet. TTLs are long: when a node ends is the clock's business, not this test's.
/// </summary>
internal sealed class V2Generator(int seed)
{
    private static readonly string[] s_names = ["a", "b", "_h", "d", "e%20f", "%C3%A9", "x%2Fy"];
    private static readonly string[] s_values = ["", "1", "2", "a+b", "%3Cx%26y%3E", "%22q%22", "%E2%82%AC", "%zz", "a;b"];
    private readonly Random _random = new(seed);
    private int _index = 3;

    public V2Call Next()
    {
        _index++;
        return _random.Next(21) switch
        {
            < 5 => new V2Call("GET", $"/v2/keys{Key()}?sorted=true{Maybe("&recursive=true")}{Maybe("&quorum=true")}", ""),
            < 10 => new V2Call("PUT", $"/v2/keys{Key()}{Maybe("?dir=true", 6)}", Fields()),
            < 12 => new V2Call("POST", $"/v2/keys{Key()}", Fields()),
            < 15 => new V2Call("DELETE",
                $"/v2/keys{Key()}?{Pick(["", "recursive=true", "dir=true", $"prevValue={Value()}", $"prevIndex={Index()}"])}", ""),
            < 18 => new V2Call("GET", $"/v2/keys{Key()}?wait=true&waitIndex={Past()}{Maybe("&recursive=true")}&sorted=true&quorum={Odd()}", ""),
            20 => Wait(),
            18 => new V2Call("HEAD", $"/v2/keys{Key()}", ""),
            _ => new V2Call(Pick(["PATCH", "GET", "DELETE", "PUT"]),
                Pick(["/v2/keys?sorted=true", "/v2/keys/?sorted=true", "/v2/nothing", "/v2/stats/none", "/v2/members/xyz"]), ""),
        };
    }

    // A stream from a past index is a known difference; of one from a later index only the first event is.
    private V2Call Wait()
    {
        var index = Maybe($"&waitIndex={_index + _random.Next(3)}");
        var key = _random.Next(4) == 0 ? "" : Key();
        var recursive = Maybe("&recursive=true", 2);
        return new V2Call("GET", $"/v2/keys{key}?wait=true{recursive}{(index.Length > 0 ? index : Maybe("&stream=true"))}", "")
        {
            IsWait = true,
        };
    }

    private string Fields()
    {
        var fields = new List<string> { $"value={Value()}" };
        Add(3, () => $"prevExist={Odd()}");
        Add(5, () => $"prevValue={Value()}");
        Add(5, () => $"prevIndex={Index()}");
        Add(5, () => $"ttl={Pick(["1000", "", "x", "-1", "99999"])}");
        Add(8, () => $"refresh={Odd()}");
        Add(8, () => $"noValueOnSuccess={Odd()}");
        Add(12, () => "dir=true");
        return string.Join('&', fields.Skip(_random.Next(8) == 0 ? 1 : 0));

        void Add(int oneIn, Func<string> field)
        {
            if (_random.Next(oneIn) == 0)
            {
                fields.Add(field());
            }
        }
    }

    private string Key() => string.Concat(Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => "/" + Pick(s_names)));

    private string Value() => Pick(s_values);

    private string Index() => Pick([$"{_index - _random.Next(20)}", "0", "x", "5"]);

    // Of the store's past, so that the answer comes at once or not at all; a wait that would last is asked with a quorum, which takes the wait away.
    private string Past() => Pick([$"{1 + _random.Next(5)}", "abc", "6"]);

    private string Odd() => Pick(["true", "true", "true", "1", "maybe", "true", "T"]);

    private string Maybe(string text, int oneIn = 3) => _random.Next(oneIn) == 0 ? text : "";

    private string Pick(string[] choices) => choices[_random.Next(choices.Length)];
}
