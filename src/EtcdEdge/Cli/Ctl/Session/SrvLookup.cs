using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EtcdEdge.Cli.Ctl.Session;

/// <summary>SRV records of a name, from the name servers of resolv.conf(5). The base library resolves addresses only.</summary>
internal static class SrvLookup
{
    private const int DnsPort = 53;
    private const int HeaderSize = 12;
    private const ushort TypeSrv = 33;
    private const ushort ClassInternet = 1;
    private const ushort RecursionDesired = 0x0100;
    private const int NotExisting = 3;
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);

    /// <summary>Hosts without the last dot, and ports, by priority.</summary>
    /// <exception cref="IOException">With the words of Go's resolver.</exception>
    public static List<(string Host, int Port)> Query(string name)
    {
        foreach (var server in NameServers())
        {
            try
            {
                return Parse(Ask(server, Question(name)), name);
            }
            catch (SocketException)
            {
            }
        }

        throw new IOException($"lookup {name}: no name server answers");
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="IOException">When there are no records, or the answer is broken.</exception>
    public static List<(string Host, int Port)> Parse(ReadOnlySpan<byte> answer, string name)
    {
        try
        {
            var code = answer[3] & 0xF;
            var records = code == 0 ? Records(answer) : [];
            return records.Count > 0 ? [.. records.OrderBy(record => record.Priority).Select(record => (record.Host, record.Port))]
                : throw new IOException($"lookup {name}: {(code is 0 or NotExisting ? "no such host" : $"name server error {code}")}");
        }
        catch (Exception malformed) when (malformed is ArgumentOutOfRangeException or IndexOutOfRangeException or InvalidDataException)
        {
            throw new IOException($"lookup {name}: the name server's answer is malformed");
        }
    }

    private static IEnumerable<IPAddress> NameServers()
    {
        var lines = File.Exists("/etc/resolv.conf") ? File.ReadAllLines("/etc/resolv.conf") : [];
        foreach (var line in lines)
        {
            if (line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is ["nameserver", var text, ..]
                && IPAddress.TryParse(text, out var address))
            {
                yield return address;
            }
        }
    }

    private static byte[] Ask(IPAddress server, byte[] question)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)s_timeout.TotalMilliseconds };
        socket.Connect(new IPEndPoint(server, DnsPort));
        socket.Send(question);
        var answer = new byte[ushort.MaxValue];
        int length;
        do
        {
            length = socket.Receive(answer);
        }
        while (length < HeaderSize || answer[0] != question[0] || answer[1] != question[1]);

        return answer[..length];
    }

    private static byte[] Question(string name)
    {
        using var question = new MemoryStream();
        var header = new byte[HeaderSize];
        Random.Shared.NextBytes(header.AsSpan(0, 2));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), RecursionDesired);
        header[5] = 1;
        question.Write(header);
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            var bytes = Encoding.ASCII.GetBytes(label.Length is > 0 and < 64 ? label : throw new IOException($"lookup {name}: no such host"));
            question.WriteByte((byte)bytes.Length);
            question.Write(bytes);
        }

        question.Write([0, 0, (byte)TypeSrv, 0, (byte)ClassInternet]);
        return question.ToArray();
    }

    private static List<(int Priority, string Host, int Port)> Records(ReadOnlySpan<byte> answer)
    {
        var records = new List<(int, string, int)>();
        var at = HeaderSize;
        for (var questions = Word(answer, 4); questions > 0; questions--)
        {
            ReadName(answer, ref at);
            at += 4;
        }

        for (var count = Word(answer, 6); count > 0; count--)
        {
            ReadName(answer, ref at);
            var (type, length) = (Word(answer, at), Word(answer, at + 8));
            var data = at + 10;
            if (type == TypeSrv)
            {
                var target = data + 6;
                records.Add((Word(answer, data), ReadName(answer, ref target), Word(answer, data + 4)));
            }

            at = data + length;
        }

        return records;
    }

    private static int Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    // A pointer must lead backwards, so that a malformed answer cannot loop.
    private static string ReadName(ReadOnlySpan<byte> answer, ref int at)
    {
        var labels = new List<string>();
        var end = -1;
        var position = at;
        while (answer[position] is var length && length != 0)
        {
            if (length >= 0xC0)
            {
                var target = Word(answer, position) & 0x3FFF;
                end = end < 0 ? position + 2 : end;
                position = target < position ? target : throw new InvalidDataException();
                continue;
            }

            labels.Add(Encoding.ASCII.GetString(answer.Slice(position + 1, length)));
            position += length + 1;
        }

        at = end < 0 ? position + 1 : end;
        return string.Join('.', labels);
    }
}
