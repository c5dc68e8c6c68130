using System.Globalization;

namespace EtcdEdge.Differential;

/// <summary>One long poll under way on one server: what it was told so far.</summary>
internal sealed class V2Wait : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly CancellationTokenSource _end;
    private readonly List<string> _lines = [];
    private bool _isOver;

    private V2Wait(HttpResponseMessage response, CancellationTokenSource end) => (_response, _end) = (response, end);

    /// <summary>Status and index, each event in a line, and "over" at the answer's end.</summary>
    public string Told
    {
        get
        {
            lock (_lines)
            {
                var index = _response.Headers.TryGetValues("X-Etcd-Index", out var values) ? string.Join(',', values) : "none";
                return string.Create(CultureInfo.InvariantCulture,
                    $"{(int)_response.StatusCode} index={index} {string.Join(' ', _lines)}{(_isOver ? " over" : "")}");
            }
        }
    }

    /// <summary>Returns when the server has answered that it waits, or has nothing to wait for.</summary>
    public static async Task<V2Wait> StartAsync(V2Call call, HttpClient client, string url, CancellationToken cancel)
    {
        using var request = call.ToRequest(url);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        var wait = new V2Wait(response, CancellationTokenSource.CreateLinkedTokenSource(cancel));
        _ = wait.ReadAsync();
        return wait;
    }

    public void Dispose()
    {
        _end.Cancel();
        _response.Dispose();
        _end.Dispose();
    }

    // etcd tells a node's end twice to a stream that watches that very node (KnownDifferences).
    private void Add(string line)
    {
        lock (_lines)
        {
            if (_lines.Count == 0 || _lines[^1] != line)
            {
                _lines.Add(line);
            }
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            using var lines = new StreamReader(await _response.Content.ReadAsStreamAsync(_end.Token));
            while (await lines.ReadLineAsync(_end.Token) is { } line)
            {
                Add(V2Call.Masked(line));
            }

            lock (_lines)
            {
                _isOver = true;
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Nobody waits for it any more.
        }
    }
}
