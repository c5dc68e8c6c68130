using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EtcdEdge.Http2;
using EtcdEdge.Http2.Hpack;
using EtcdEdge.Server.Tests.Grpc;
using Xunit;

namespace EtcdEdge.Server.Tests.Http2;

/// <summary>A client that sends what frames it is told to, and reads those that come.</summary>
internal sealed class FrameClient : IDisposable
{
    private static readonly (string, string)[] s_grpc = [("content-type", "application/grpc"), ("te", "trailers")];
    private readonly TcpClient _tcp = new();
    private readonly HpackDecoder _headers = new();
    private NetworkStream? _stream;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Connects, says the preface and these settings, and acknowledges nothing.</summary>
    public static async Task<FrameClient> ConnectAsync(WireHost wire, params (Http2Setting Name, uint Value)[] settings)
    {
        var client = new FrameClient();
        await client._tcp.ConnectAsync(IPEndPoint.Parse(wire.ClientUrl["http://".Length..]), Cancel);
        client._tcp.NoDelay = true;
        client._stream = client._tcp.GetStream();
        await client.SendAsync([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Bytes(FrameKind.Settings, 0, 0, Payload(settings))]);
        return client;
    }

    public static byte[] Payload(params (Http2Setting Name, uint Value)[] settings)
    {
        var payload = new byte[settings.Length * 6];
        foreach (var (index, (name, value)) in settings.Index())
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(index * 6), (ushort)name);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(index * 6 + 2), value);
        }

        return payload;
    }

    public static byte[] Bytes(FrameKind kind, byte flags, int stream, byte[] payload)
    {
        var bytes = new byte[Frame.HeaderBytes + payload.Length];
        new Frame(payload.Length, kind, (FrameFlags)flags, stream).Write(bytes);
        payload.CopyTo(bytes, Frame.HeaderBytes);
        return bytes;
    }

    /// <summary>The header block of a gRPC call, with further fields behind.</summary>
    public static byte[] Call(string path, params (string Name, string Value)[] more) =>
        Block([(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "a"), .. s_grpc, .. more]);

    public static byte[] Block(params (string Name, string Value)[] fields)
    {
        var block = new ArrayBufferWriter<byte>();
        foreach (var (name, value) in fields)
        {
            HpackWriter.WriteField(block, name, value);
        }

        return block.WrittenSpan.ToArray();
    }

    /// <summary>A message behind its gRPC prefix.</summary>
    public static byte[] Message(byte[] message, byte isCompressed = 0)
    {
        var prefixed = new byte[5 + message.Length];
        prefixed[0] = isCompressed;
        BinaryPrimitives.WriteInt32BigEndian(prefixed.AsSpan(1), message.Length);
        message.CopyTo(prefixed, 5);
        return prefixed;
    }

    public async Task SendAsync(byte[] bytes) => await _stream!.WriteAsync(bytes, Cancel);

    public Task SendAsync(FrameKind kind, FrameFlags flags, int stream, byte[] payload) => SendAsync(Bytes(kind, (byte)flags, stream, payload));

    /// <summary>Begins a call with all its headers.</summary>
    public Task BeginAsync(int stream, byte[] block, bool isAll = false) =>
        SendAsync(FrameKind.Headers, FrameFlags.EndHeaders | (isAll ? FrameFlags.EndStream : 0), stream, block);

    /// <summary>The next frame; null at the connection's end.</summary>
    public async Task<(Frame Frame, byte[] Payload)?> ReadAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var header = new byte[Frame.HeaderBytes];
        if (await ReadFullyAsync(header, patience.Token) < header.Length)
        {
            return null;
        }

        var frame = Frame.Read(header);
        var payload = new byte[frame.Length];
        await ReadFullyAsync(payload, patience.Token);
        return (frame, payload);
    }

    /// <summary>Reads on to the next frame of this kind.</summary>
    public async Task<(Frame Frame, byte[] Payload)> ReadAsync(FrameKind kind)
    {
        while (await ReadAsync() is { } read)
        {
            if (read.Frame.Kind == kind && !(kind == FrameKind.Ping && read.Frame.Has(FrameFlags.Ack)))
            {
                return read;
            }
        }

        throw new EndOfStreamException($"the connection ended before a frame {kind}");
    }

    /// <summary>Reads a stream to its end: its fields, its data in pieces, its trailers, or how it was reset.</summary>
    public async Task<Answer> ReadAnswerAsync(int stream)
    {
        var answer = new Answer();
        while (await ReadAsync() is { } read)
        {
            if (read.Frame.Kind == FrameKind.GoAway)
            {
                answer.Reset = (Http2Error)BinaryPrimitives.ReadUInt32BigEndian(read.Payload.AsSpan(4));
                return answer;
            }

            if (read.Frame.Stream == stream && Take(answer, read.Frame, read.Payload))
            {
                return answer;
            }
        }

        throw new EndOfStreamException("the connection ended before the answer did");
    }

    public void Dispose() => _tcp.Dispose();

    private bool Take(Answer answer, Frame frame, byte[] payload)
    {
        switch (frame.Kind)
        {
            case FrameKind.Headers:
                var fields = new HeaderList();
                _headers.Decode(payload, fields);
                answer.Add(fields);
                break;
            case FrameKind.Data:
                answer.Pieces.Add(payload);
                break;
            case FrameKind.ResetStream:
                answer.Reset = (Http2Error)BinaryPrimitives.ReadUInt32BigEndian(payload);
                return true;
        }

        return frame.Kind is FrameKind.Headers or FrameKind.Data && frame.Has(FrameFlags.EndStream);
    }

    private async Task<int> ReadFullyAsync(byte[] target, CancellationToken cancel)
    {
        try
        {
            return await _stream!.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, cancel);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    internal sealed class Answer
    {
        public Dictionary<string, string> Fields { get; } = [];

        public List<byte[]> Pieces { get; } = [];

        public Http2Error? Reset { get; set; }

        public byte[] Body => [.. Pieces.SelectMany(piece => piece)];

        public string? GrpcStatus => Fields.GetValueOrDefault("grpc-status");

        public void Add(HeaderList fields)
        {
            foreach (var field in fields.Fields)
            {
                Fields[field.Name] = field.Value;
            }
        }
    }
}
