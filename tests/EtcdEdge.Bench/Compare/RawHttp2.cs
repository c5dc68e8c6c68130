using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace EtcdEdge.Bench.Compare;

/// <summary>
/// As much of an HTTP/2 client as a load generator needs, at a fraction of a real client's cost: it opens streams, sends gRPC messages, and hands out
/// the messages that come back. Windows are opened to their maximum once and never refilled, so one connection may receive 2 GB.
/// One thread reads; senders must not run at the same time as each other.
/// </summary>
internal sealed class RawHttp2 : IDisposable
{
    private const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    private const byte EndStream = 1, EndHeaders = 4, Acknowledged = 1;
    private const int FrameHeaderBytes = 9;
    private const int MaxFrameBytes = 16_384;
    private const int MaxWindow = int.MaxValue;
    private const int DefaultWindow = 65_535;
    private const ushort InitialWindowSize = 4;
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly MemoryStream _out = new();
    private readonly Dictionary<int, MessageReader> _readers = [];
    private readonly byte[] _in = new byte[1 << 20];
    private int _filled;
    private int _nextStream = 1;

    public RawHttp2(int port)
    {
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect("127.0.0.1", port);
        _stream = new NetworkStream(_socket);
        _out.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Span<byte> settings = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(settings, InitialWindowSize);
        BinaryPrimitives.WriteInt32BigEndian(settings[2..], MaxWindow);
        Frame(Settings, 0, 0, settings);
        Span<byte> window = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(window, MaxWindow - DefaultWindow);
        Frame(WindowUpdate, 0, 0, window);
    }

    public delegate void OnMessage(int stream, ReadOnlySpan<byte> message);

    /// <summary>Queues a new stream with its first message; <see cref="Flush"/> sends.</summary>
    public int Open(string path, byte[] framed, bool last)
    {
        var stream = _nextStream;
        _nextStream += 2;
        Frame(Headers, EndHeaders, stream, HeaderBlock(path));
        _readers.Add(stream, new MessageReader());
        Send(stream, framed, last);
        return stream;
    }

    /// <summary>Queues one more message on an open stream.</summary>
    public void Send(int stream, ReadOnlySpan<byte> framed, bool last = false)
    {
        while (framed.Length > MaxFrameBytes)
        {
            Frame(Data, 0, stream, framed[..MaxFrameBytes]);
            framed = framed[MaxFrameBytes..];
        }

        Frame(Data, last ? EndStream : (byte)0, stream, framed);
    }

    public void Flush()
    {
        _stream.Write(_out.GetBuffer().AsSpan(0, (int)_out.Length));
        _out.SetLength(0);
    }

    /// <summary>Waits for bytes and hands out the messages that are complete. Streams that ended are forgotten.</summary>
    public void Read(OnMessage onMessage)
    {
        var read = _stream.Read(_in, _filled, _in.Length - _filled);
        if (read == 0)
        {
            throw new EndOfStreamException("the server closed the connection");
        }

        _filled += read;
        var at = 0;
        while (_filled - at >= FrameHeaderBytes)
        {
            var length = (_in[at] << 16) | (_in[at + 1] << 8) | _in[at + 2];
            if (_filled - at < FrameHeaderBytes + length)
            {
                break;
            }

            Handle(_in.AsSpan(at, FrameHeaderBytes), _in.AsSpan(at + FrameHeaderBytes, length), onMessage);
            at += FrameHeaderBytes + length;
        }

        _in.AsSpan(at, _filled - at).CopyTo(_in);
        _filled -= at;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
        _out.Dispose();
    }

    /// <summary>Indexed fields of HPACK's static table (RFC 7541, appendix A) and literals without indexing or Huffman code.</summary>
    private static byte[] HeaderBlock(string path)
    {
        const byte post = 0x83, http = 0x86, pathName = 0x04, authorityName = 0x01;
        using var block = new MemoryStream();
        block.Write([post, http, pathName]);
        Literal(block, path);
        block.WriteByte(authorityName);
        Literal(block, "bench");
        foreach (var (name, value) in new[] { ("content-type", "application/grpc"), ("te", "trailers") })
        {
            block.WriteByte(0);
            Literal(block, name);
            Literal(block, value);
        }

        return block.ToArray();
    }

    private static void Literal(MemoryStream block, string text)
    {
        block.WriteByte((byte)text.Length);
        block.Write(Encoding.ASCII.GetBytes(text));
    }

    private void Handle(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, OnMessage onMessage)
    {
        var (type, flags, stream) = (header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header[5..]));
        switch (type)
        {
            case Data:
                _readers[stream].Take(stream, payload, onMessage);
                break;
            case Settings when (flags & Acknowledged) == 0:
                Frame(Settings, Acknowledged, 0, []);
                Flush();
                break;
            case Ping when (flags & Acknowledged) == 0:
                Frame(Ping, Acknowledged, 0, payload);
                Flush();
                break;
            case GoAway:
                throw new InvalidDataException($"GOAWAY: {Encoding.UTF8.GetString(payload[8..])}");
            case ResetStream:
                throw new InvalidDataException($"stream {stream} was reset: {BinaryPrimitives.ReadInt32BigEndian(payload)}");
        }

        if (type is Data or Headers && (flags & EndStream) != 0)
        {
            _readers.Remove(stream, out var reader);
            if (reader is not { HasTaken: true })
            {
                throw new InvalidDataException($"stream {stream} ended without an answer: {Convert.ToHexString(payload)}");
            }
        }
    }

    private void Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[FrameHeaderBytes];
        BinaryPrimitives.WriteInt32BigEndian(header, payload.Length << 8);
        (header[3], header[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(header[5..], stream);
        _out.Write(header);
        _out.Write(payload);
    }
}
