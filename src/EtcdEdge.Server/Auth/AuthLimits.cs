namespace EtcdEdge.Server.Auth;

/// <summary>The limits of Auth, each with its reason.</summary>
internal static class AuthLimits
{
    /// <summary>
    /// Passwords hashed at one time: half the cores, since each takes one for 100 ms and more on a board, and the rest must keep serving.
    /// </summary>
    public static readonly int PasswordsAtOnce = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Passwords that wait for their turn; beyond it "too many requests". Some seconds' worth on a board, which clients wait for.</summary>
    public const int PasswordsWaiting = 64;

    /// <summary>
    /// Simple tokens a member keeps, about 5 MB. Clients that authenticate for every request use one each; the one next to end makes room.
    /// </summary>
    public const int SimpleTokens = 20_000;

    /// <summary>Letters of a simple token's random part (etcd server/auth/simple_token.go).</summary>
    public const int SimpleTokenLetters = 16;

    /// <summary>How often tokens that have ended are removed: they are useless from their end on, this is only their memory.</summary>
    public const long TokenSweepMs = 10_000;

    /// <summary>
    /// How often it is looked whether the entry that assigns a token has arrived here. Rare: the client has to be faster than the log.
    /// </summary>
    public const int TokenArrivalPollMs = 5;

    /// <summary>Signed tokens whose signature was verified lately: one per client connection is usual.</summary>
    public const int VerifiedTokens = 1_024;

    /// <summary>The longest signed token that is accepted: a signature of 8,192 bits and a long name fit.</summary>
    public const int SignedTokenLength = 8_192;

    /// <summary>The largest key file read: a certificate chain fits.</summary>
    public const int KeyFileBytes = 1 << 20;

    /// <summary>bcrypt uses no more of a password; Go's implementation refuses a longer one.</summary>
    public const int PasswordBytes = 72;
}
