using System.Collections;
using System.Net;
using System.Net.Sockets;

namespace EtcdEdge.Configuration;

/// <summary>What the configuration reads from the machine; tests supply their own.</summary>
public sealed record HostEnvironment
{
    /// <summary>The process' environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Memory this process may use, in bytes: the machine's, or its control group's if that is less.</summary>
    public long MemoryBytes { get; init; } = 8L << 30;

    /// <summary>Reads a whole text file; throws IOException or UnauthorizedAccessException.</summary>
    public Func<string, string> ReadFile { get; init; } = ReadWholeFile;

    /// <summary>The address other machines reach this one by, or null if there is no route.</summary>
    public Func<string?> DefaultHost { get; init; } = () => null;

    /// <summary>Whether a data directory belongs to a member already.</summary>
    public Func<string, bool> HasMember { get; init; } = _ => false;

    /// <summary>The machine this process runs on.</summary>
    public static HostEnvironment Current => new()
    {
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        DefaultHost = AddressOfDefaultRoute,
    };

    private static string ReadWholeFile(string path)
    {
        var length = new FileInfo(path).Length;
        return length <= ConfigurationLimits.MaxConfigFileBytes
            ? File.ReadAllText(path)
            : throw new IOException($"{path} is too large for a configuration file ({FlagValue.Format(length)} bytes)");
    }

    /// <summary>Connecting a datagram socket sends nothing; it makes the kernel choose the route's source address (RFC 5737 target).</summary>
    private static string? AddressOfDefaultRoute()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(IPAddress.Parse("192.0.2.1"), 9);
            return (socket.LocalEndPoint as IPEndPoint)?.Address.ToString();
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
