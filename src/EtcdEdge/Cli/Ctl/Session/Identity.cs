namespace EtcdEdge.Cli.Ctl.Session;

/// <summary>Identities and numbers among the arguments.</summary>
internal static class Identity
{
    /// <summary>A hexadecimal member.</summary>
    /// <exception cref="CliFailure">In etcdctl's words.</exception>
    public static ulong Member(string text) =>
        Parse(() => GoText.ParseUint(text, 16), CliFailure.BadArguments, problem => $"bad member ID arg ({problem}), expecting ID in Hex");

    /// <summary>A hexadecimal lease.</summary>
    /// <exception cref="CliFailure">In etcdctl's words.</exception>
    public static long Lease(string text) =>
        Parse(() => GoText.ParseInt(text, 16), CliFailure.BadArguments, problem => $"bad lease ID arg ({problem}), expecting ID in Hex");

    /// <exception cref="CliFailure">With Go's words, or what <paramref name="words"/> makes of them.</exception>
    public static T Parse<T>(Func<T> parse, int exitCode, Func<string, string>? words = null)
    {
        try
        {
            return parse();
        }
        catch (FormatException wrong)
        {
            throw new CliFailure(exitCode, words?.Invoke(wrong.Message) ?? wrong.Message);
        }
    }
}
