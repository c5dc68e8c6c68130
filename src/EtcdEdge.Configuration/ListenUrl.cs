using System.Net;

namespace EtcdEdge.Configuration;

/// <summary>One URL of the configuration, in etcd's narrow form: scheme://host:port, or unix://path, nothing behind it.</summary>
/// <param name="Scheme">http, https, unix or unixs.</param>
/// <param name="Host">Name or address without brackets; for unix the socket's path.</param>
/// <param name="Port">0 for unix; otherwise 0 means any free port.</param>
public sealed record ListenUrl(string Scheme, string Host, int Port)
{
    public bool IsTls => Scheme is "https" or "unixs";

    public bool IsUnix => Scheme is "unix" or "unixs";

    /// <summary>"host:port" as it is dialled, brackets around IPv6.</summary>
    public string Authority => IsUnix ? Host : Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>etcd's order of URLs: by their text, byte by byte.</summary>
    internal static Comparer<ListenUrl> ByText { get; } = Comparer<ListenUrl>.Create((left, right) =>
        string.CompareOrdinal(left.ToString(), right.ToString()));

    /// <summary>The URL as etcd prints and hashes it.</summary>
    public override string ToString() => $"{Scheme}://{Authority}";

    /// <summary>Parses one URL. Complaints carry etcd's texts (client/pkg/types/urls.go) so that scripts which match them keep working.</summary>
    public static bool TryParse(string text, out ListenUrl url, out string complaint)
    {
        url = new ListenUrl("http", "", 0);
        text = text.Trim();
        var split = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = split < 0 ? SchemeWithoutAuthority(text) : text[..split].ToLowerInvariant();
        if (scheme is "unix" or "unixs")
        {
            url = new ListenUrl(scheme, text[(scheme.Length + (split < 0 ? 1 : 3))..], 0);
            complaint = url.Host.Length > 0 ? "" : $"URL must name a socket: {text}";
            return complaint.Length == 0;
        }

        if (scheme is not ("http" or "https"))
        {
            complaint = $"URL scheme must be http, https, unix, or unixs: {text}";
            return false;
        }

        return TryParseHostPort(scheme, split < 0 ? "" : text[(split + 3)..], text, out url, out complaint);
    }

    /// <summary>True when the socket can be bound by address: etcd binds to addresses only, "localhost" excepted.</summary>
    public bool IsBindable => IsUnix || Host is "" or "localhost" || IPAddress.TryParse(Host, out _);

    /// <summary>True for the address that means "every interface".</summary>
    public bool IsAnyAddress => !IsUnix && Host is "" or "0.0.0.0" or "::";

    private static string SchemeWithoutAuthority(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 ? "" : text[..colon].ToLowerInvariant();
    }

    private static bool TryParseHostPort(string scheme, string rest, string text, out ListenUrl url, out string complaint)
    {
        url = new ListenUrl(scheme, "", 0);
        var slash = rest.AsSpan().IndexOfAny('/', '?', '#');
        var authority = slash < 0 ? rest : rest[..slash];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        var colon = authority.LastIndexOf(':');
        var host = colon < 0 ? authority : authority[..colon];
        var bracketed = host.Length >= 2 && host[0] == '[' && host[^1] == ']';
        if (colon < 0 || (!bracketed && host.Contains(':')))
        {
            complaint = $"URL address does not have the form \"host:port\": {text}";
            return false;
        }

        if (!ushort.TryParse(authority.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out var port))
        {
            complaint = $"URL address has an invalid port: {text}";
            return false;
        }

        if (slash >= 0)
        {
            complaint = $"URL must not contain a path: {text}";
            return false;
        }

        url = new ListenUrl(scheme, bracketed ? host[1..^1] : host, port);
        complaint = "";
        return true;
    }
}
