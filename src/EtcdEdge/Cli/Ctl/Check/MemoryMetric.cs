using System.Globalization;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;

namespace EtcdEdge.Cli.Ctl.Check;

/// <summary>A server's resident memory, from its metrics.</summary>
internal static class MemoryMetric
{
    private const string Name = "process_resident_memory_bytes ";

    /// <summary>Bytes; 0 when it cannot be read, with the reason on stdout.</summary>
    public static async Task<double> ReadAsync(ClientSettings settings)
    {
        var text = settings.Endpoints[0];
        var endpoint = Endpoint.Parse(text);
        var isTls = endpoint.Tls == EndpointTls.Required || (endpoint.Tls == EndpointTls.Optional && settings.Tls is not null);
        using var handler = new SocketsHttpHandler { UseProxy = false };
        if (isTls)
        {
            handler.SslOptions = (settings.Tls ?? new TlsSettings("", "", "", "", skipsVerification: false)).Options(endpoint);
        }

        using var client = new HttpClient(handler);
        try
        {
            var page = await client.GetStringAsync(new Uri($"{(isTls ? "https" : "http")}://{endpoint.Authority}/metrics"));
            var line = page.Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
            if (line is not null && double.TryParse(line[Name.Length..], CultureInfo.InvariantCulture, out var bytes))
            {
                return bytes;
            }

            CtlConsole.Out.WriteLine($"could not find: {Name.TrimEnd()}");
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            CtlConsole.Out.WriteLine($"fetch error: {failure.Message}");
        }

        return 0;
    }
}
