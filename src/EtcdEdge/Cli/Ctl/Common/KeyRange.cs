using Google.Protobuf;

namespace EtcdEdge.Cli.Ctl.Common;

/// <summary>Keys and ranges of them as a command line names them.</summary>
internal static class KeyRange
{
    public const string BothFlags = "`--prefix` and `--from-key` cannot be set at the same time, choose one";
    public const string TooManyArguments = "too many arguments, only accept one argument when `--prefix` or `--from-key` is set";

    /// <summary>As a range's end: no end. As its start: the first key.</summary>
    public static readonly ByteString Zero = ByteString.CopyFrom(0);

    public static ByteString Bytes(string text) => ByteString.CopyFrom(RawText.Encode(text));

    /// <summary>The first key after all that begin with the prefix; "\0" when there is none.</summary>
    public static ByteString PrefixEnd(ByteString prefix)
    {
        var bytes = prefix.ToByteArray();
        for (var last = bytes.Length - 1; last >= 0; last--)
        {
            if (bytes[last] < byte.MaxValue)
            {
                bytes[last]++;
                return ByteString.CopyFrom(bytes, 0, last + 1);
            }
        }

        return Zero;
    }

    /// <summary>The range of "KEY [END]" with --prefix and --from-key; the end is empty for a single key.</summary>
    /// <exception cref="CliFailure">For more than one way to give the end.</exception>
    public static (ByteString Key, ByteString End) Of(CliCall call, string usage)
    {
        var (isPrefix, isFrom) = (call.IsOn("prefix"), call.IsOn("from-key"));
        if (isPrefix && isFrom)
        {
            throw new CliFailure(CliFailure.BadArguments, BothFlags);
        }

        if (call.Arguments.Count == 0)
        {
            throw new CliFailure(CliFailure.BadArguments, usage);
        }

        if (call.Arguments.Count > 1)
        {
            return isPrefix || isFrom ? throw new CliFailure(CliFailure.BadArguments, TooManyArguments)
                : (Bytes(call.Arguments[0]), Bytes(call.Arguments[1]));
        }

        var key = Bytes(call.Arguments[0]);
        var isOpen = isFrom || (isPrefix && key.IsEmpty);
        return (isOpen && key.IsEmpty ? Zero : key, isOpen ? Zero : isPrefix ? PrefixEnd(key) : ByteString.Empty);
    }
}
