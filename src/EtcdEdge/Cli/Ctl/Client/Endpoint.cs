using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EtcdEdge.Cli.Ctl.Client;

/// <summary>Whether an endpoint's scheme asks for TLS (etcd client/v3/internal/endpoint).</summary>
internal enum EndpointTls
{
    /// <summary>https, unixs.</summary>
    Required,

    /// <summary>http: certificates that are given are not used.</summary>
    None,

    /// <summary>No scheme, unix: TLS where the client has TLS settings.</summary>
    Optional,
}

/// <summary>
/// An address of a member: http://HOST:PORT, https://HOST:PORT, HOST:PORT, unix://PATH, unixs://PATH, with any other scheme unreachable.
/// </summary>
/// <param name="Text">As given.</param>
/// <param name="Host">Host name or IP address without brackets; empty for a Unix socket.</param>
/// <param name="Port">0 when it is missing or wrong.</param>
/// <param name="Path">Of the Unix socket; a leading "@" is the abstract namespace; empty for TCP.</param>
/// <param name="Tls">What the scheme says.</param>
/// <param name="Problem">Why nothing can be reached there; null for an address.</param>
internal sealed record Endpoint(string Text, string Host, int Port, string Path, EndpointTls Tls, string? Problem)
{
    private const string SchemeEnd = "://";

    public bool IsUnix => Path.Length > 0;

    /// <summary>The name that the server's certificate has to have: the host, or the file name of the socket up to a colon.</summary>
    public string ServerName => IsUnix ? System.IO.Path.GetFileName(Path).Split(':')[0] : Host;

    /// <summary>Host and port of the HTTP request.</summary>
    public string Authority =>
        IsUnix ? "localhost"
            : string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    public EndPoint Address => IsUnix ? new UnixDomainSocketEndPoint(Path[0] == '@' ? "\0" + Path[1..] : Path)
        : IPAddress.TryParse(Host, out var address) ? new IPEndPoint(address, Port)
        : new DnsEndPoint(Host, Port);

    public static Endpoint Parse(string text)
    {
        if (text.StartsWith("unix:", StringComparison.Ordinal) || text.StartsWith("unixs:", StringComparison.Ordinal))
        {
            var rest = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
            var path = rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : rest;
            var tls = text.StartsWith("unixs", StringComparison.Ordinal) ? EndpointTls.Required : EndpointTls.Optional;
            return new Endpoint(text, "", 0, path, tls, path.Length == 0 ? "missing path of the unix socket" : null);
        }

        var at = text.IndexOf(SchemeEnd, StringComparison.Ordinal);
        var scheme = at < 0 ? "" : text[..at];
        var authority = at < 0 ? text : text[(at + SchemeEnd.Length)..].Split('/')[0];
        return scheme switch
        {
            "" => Tcp(text, authority, EndpointTls.Optional),
            "http" => Tcp(text, authority, EndpointTls.None),
            "https" => Tcp(text, authority, EndpointTls.Required),
            _ => new Endpoint(text, "", 0, "", EndpointTls.Optional, $"unknown scheme \"{scheme}\"; use http, https, unix or unixs"),
        };
    }

    private static Endpoint Tcp(string text, string authority, EndpointTls tls)
    {
        var colon = authority.LastIndexOf(':');
        var host = colon < 0 ? authority : authority[..colon];
        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        var bare = isBracketed ? host[1..^1] : host;
        var hasPort = int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and < 65536;
        var problem = colon < 0 || authority.EndsWith(']') ? $"address {authority}: missing port in address"
            : !hasPort ? $"address {authority}: invalid port"
            : !isBracketed && host.Contains(':', StringComparison.Ordinal) ? $"address {authority}: too many colons in address"
            : Uri.CheckHostName(bare.Length == 0 ? "localhost" : bare) == UriHostNameType.Unknown ? $"address {authority}: invalid host"
            : null;
        return new Endpoint(text, bare.Length == 0 ? "localhost" : bare, problem is null ? port : 0, "", tls, problem);
    }
}
