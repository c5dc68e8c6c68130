namespace EtcdEdge.Cli.Ctl.Session;

/// <summary>The peer URLs of --peer-urls, checked before the cluster is asked (etcd client/pkg/types/urls.go).</summary>
internal static class PeerUrls
{
    /// <exception cref="CliFailure">For a list that is empty, or an URL that is none.</exception>
    public static string[] Parse(CliCall call)
    {
        var text = call.Text("peer-urls");
        var urls = text.Length == 0 ? throw new CliFailure(CliFailure.BadArguments, "member peer urls not provided") : text.Split(',');
        foreach (var url in urls)
        {
            if (Problem(url.Trim()) is { } problem)
            {
                throw new CliFailure(CliFailure.Error, $"{problem}: {url}");
            }
        }

        return urls;
    }

    private static string? Problem(string url)
    {
        var end = url.IndexOf("://", StringComparison.Ordinal);
        if (end < 0 || url[..end] is not ("http" or "https" or "unix" or "unixs"))
        {
            return "URL scheme must be http, https, unix, or unixs";
        }

        var rest = url[(end + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? rest : rest[..slash];
        var colon = authority.LastIndexOf(':');
        return url[0] == 'u' ? null
            : colon < 0 || authority.EndsWith(']') ? "URL address does not have the form \"host:port\""
            : slash >= 0 ? "URL must not contain a path"
            : null;
    }
}
