using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace EtcdEdge.Differential;

/// <summary>One HTTP request of the v2 API, and its answer as far as it is compared.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Form">The body, form-encoded; empty is none.</param>
internal sealed partial record V2Call(string Method, string Target, string Form)
{
    /// <summary>Status, type, store index and body; what <see cref="KnownDifferences"/> names is masked.</summary>
    public async Task<string> AnswerAsync(HttpClient client, string url, CancellationToken cancel)
    {
        using var request = ToRequest(url);
        using var response = await client.SendAsync(request, cancel);
        var body = await response.Content.ReadAsStringAsync(cancel);
        var index = response.Headers.TryGetValues("X-Etcd-Index", out var values) ? string.Join(',', values) : "none";
        return string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} index={index} {response.Content.Headers.ContentType} ")
            + Masked(body);
    }

    /// <summary>True of a long poll, whose answer comes with a later write, if it comes.</summary>
    public bool IsWait { get; init; }

    /// <summary>A body without what <see cref="KnownDifferences"/> names.</summary>
    public static string Masked(string body) => Moment().Replace(TimeLeft().Replace(body, "\"ttl\":T"), "\"expiration\":\"T\"");

    /// <summary>The request to a server, "" for a client that knows it.</summary>
    public HttpRequestMessage ToRequest(string url)
    {
        var request = new HttpRequestMessage(new HttpMethod(Method), url + Target);
        if (Form.Length > 0)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Form));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        }

        return request;
    }

    public override string ToString() => $"{Method} {Target} {Form}".TrimEnd();

    [GeneratedRegex("\"ttl\":-?[0-9]+")]
    private static partial Regex TimeLeft();

    [GeneratedRegex("\"expiration\":\"[^\"]*\"")]
    private static partial Regex Moment();
}
