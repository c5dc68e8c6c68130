using EtcdEdge.Base;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>Walks the fields of a message that this server wrote itself: numbers and lengths are taken at their word.</summary>
internal ref struct WireFields(ReadOnlySpan<byte> message)
{
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The current field's number.</summary>
    public int Number { get; private set; }

    /// <summary>The value of a number field.</summary>
    public ulong Value { get; private set; }

    /// <summary>The content of a string, bytes or message field.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Whether the field is a number; otherwise it has content.</summary>
    public bool IsNumber { get; private set; }

    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint(ref _rest);
        Number = (int)(tag >> 3);
        IsNumber = (tag & 7) == 0;
        if (IsNumber)
        {
            Value = Varint(ref _rest);
            return true;
        }

        var length = (tag & 7) switch
        {
            LengthDelimited => (int)Varint(ref _rest),
            Fixed64 => 8,
            Fixed32 => 4,
            _ => throw new InvalidOperationException($"a response of this server has wire type {tag & 7}"),
        };
        Content = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>Takes one number off the front of <paramref name="rest"/>.</summary>
    public static ulong Varint(ref ReadOnlySpan<byte> rest)
    {
        var isWhole = Base.Varint.TryRead(rest, out var value, out var length);
        Invariant.Require(isWhole, "a message of the server's own is well formed");
        rest = rest[length..];
        return value;
    }
}
