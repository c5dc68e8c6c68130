using System.Text;
using System.Text.RegularExpressions;
using EtcdEdge.Base.Cryptography;
using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;
using Bcrypt = BCrypt.Net.BCrypt;

namespace EtcdEdge.Server.Auth;

/// <summary>
/// bcrypt, which takes a board's core for 100 ms and more on purpose: on the pool, a few at a time, the others wait in a bounded line. bcrypt
/// compares hashes in constant time.
/// </summary>
internal sealed partial class Passwords : IDisposable
{
    private const int SaltBytes = 16;
    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // golang.org/x/crypto/bcrypt ErrPasswordTooLong, which etcd hands on as it is.
    private static readonly Status _tooLong = new(StatusCode.Unknown, "bcrypt: password length exceeds 72 bytes");

    private readonly SemaphoreSlim _turns = new(AuthLimits.PasswordsAtOnce);
    private readonly Lazy<string> _nobodysHash;
    private readonly int _cost;
    private int _waiting;

    /// <param name="cost">--bcrypt-cost: the power of two of bcrypt's rounds.</param>
    public Passwords(int cost)
    {
        _cost = cost;
        _nobodysHash = new Lazy<string>(() => Bcrypt.HashPassword(SecureRandom.Text(AuthLimits.SimpleTokenLetters), NewSalt(_cost)));
    }

    /// <summary>The password's bcrypt text.</summary>
    /// <exception cref="RpcException">It is longer than bcrypt supports, or too many are waiting.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancel)
    {
        if (Encoding.UTF8.GetByteCount(password) > AuthLimits.PasswordBytes)
        {
            throw new RpcException(_tooLong);
        }

        return InTurnAsync(() => Bcrypt.HashPassword(password, NewSalt(_cost)), cancel);
    }

    /// <summary>
    /// True when the password matches the hash. Without a hash the same work is done, so that the time does not disclose which users exist.
    /// </summary>
    /// <exception cref="RpcException">Too many are waiting.</exception>
    public Task<bool> VerifyAsync(string password, ReadOnlyMemory<byte>? hash, CancellationToken cancel) =>
        InTurnAsync(() => Fits(password, hash is { } known ? Encoding.ASCII.GetString(known.Span) : _nobodysHash.Value) && hash is not null, cancel);

    public void Dispose() => _turns.Dispose();

    // An administrator may have set any bytes for a hash, and the package takes the form for granted.
    private static bool Fits(string password, string hash) => HashForm().IsMatch(hash) && Bcrypt.Verify(password, hash);

    [GeneratedRegex(@"^\$2[abxy]?\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}$")]
    private static partial Regex HashForm();

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _waiting) > AuthLimits.PasswordsWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw EtcdStatus.Refuse(EtcdError.TooManyRequests);
        }

        try
        {
            await _turns.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>
    /// The salt in bcrypt's own base64, two digits of cost before it. The package makes its own with OpenSSL, which a board may lack.
    /// </summary>
    internal static string NewSalt(int cost)
    {
        Span<byte> salt = stackalloc byte[SaltBytes];
        SecureRandom.Fill(salt);
        var text = new StringBuilder($"$2a${cost:00}$");
        int bits = 0, count = 0;
        foreach (var b in salt)
        {
            bits = (bits << 8) | b;
            count += 8;
            while (count >= 6)
            {
                count -= 6;
                text.Append(Alphabet[(bits >> count) & 63]);
            }

            bits &= (1 << count) - 1;
        }

        return text.Append(Alphabet[(bits << (6 - count)) & 63]).ToString();
    }
}
