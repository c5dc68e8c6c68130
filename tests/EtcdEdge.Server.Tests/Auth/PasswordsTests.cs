using System.Text;
using EtcdEdge.Server.Auth;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Auth;

/// <summary>Goal: passwords as etcd's bcrypt has them, also those that etcd itself hashed.</summary>
public sealed class PasswordsTests : IDisposable
{
    private readonly Passwords _passwords = new(cost: 4);

    public void Dispose() => _passwords.Dispose();

    [Theory]
    [InlineData("secret")]
    [InlineData("")]
    [InlineData("pässwörd mit ß und 🔑")]
    public async Task A_password_fits_its_hash_and_another_does_not(string password)
    {
        var hash = await _passwords.HashAsync(password, Cancel);
        Assert.Matches(@"^\$2a\$04\$[./A-Za-z0-9]{53}$", hash);
        Assert.True(await _passwords.VerifyAsync(password, Encoding.ASCII.GetBytes(hash), Cancel));
        Assert.False(await _passwords.VerifyAsync(password + "x", Encoding.ASCII.GetBytes(hash), Cancel));
    }

    [Fact]
    public async Task Two_hashes_of_one_password_differ() =>
        Assert.NotEqual(await _passwords.HashAsync("secret", Cancel), await _passwords.HashAsync("secret", Cancel));

    /// <summary>From golang.org/x/crypto/bcrypt's own published vectors and crypt(3)'s.</summary>
    [Theory]
    [InlineData("allmine", "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga")]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    public async Task Hashes_made_elsewhere_are_understood(string password, string hash)
    {
        Assert.True(await _passwords.VerifyAsync(password, Encoding.ASCII.GetBytes(hash), Cancel));
        Assert.False(await _passwords.VerifyAsync(password.ToUpperInvariant() + "!", Encoding.ASCII.GetBytes(hash), Cancel));
    }

    [Fact]
    public async Task Nobody_has_no_password_and_bytes_that_are_no_hash_fit_none()
    {
        Assert.False(await _passwords.VerifyAsync("secret", null, Cancel));
        Assert.False(await _passwords.VerifyAsync("", ReadOnlyMemory<byte>.Empty, Cancel));
        foreach (var bad in new[] { "x", "$2a$", "$2a$04$", "$2a$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$2a$04$short",
            "$9z$04$xx" })
        {
            Assert.False(await _passwords.VerifyAsync("secret", Encoding.ASCII.GetBytes(bad), Cancel));
        }
    }

    [Fact]
    public async Task A_password_longer_than_bcrypt_looks_at_is_refused_in_its_words()
    {
        await _passwords.HashAsync(new string('x', 72), Cancel);
        var refused = await Assert.ThrowsAsync<RpcException>(() => _passwords.HashAsync(new string('x', 73), Cancel));
        Assert.Equal(new Status(StatusCode.Unknown, "bcrypt: password length exceeds 72 bytes"), refused.Status);
    }

    [Fact]
    public async Task Those_beyond_the_line_are_turned_away()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var slow = new Passwords(cost: 10);
        var all = AuthLimits.PasswordsAtOnce + AuthLimits.PasswordsWaiting;
        var asked = Enumerable.Range(0, all).Select(_ => slow.HashAsync("x", enough.Token)).ToArray();
        // The first may be done by now and have let others in; a few more fill the line whatever happened.
        var more = Enumerable.Range(0, all).Select(_ => slow.HashAsync("x", enough.Token)).ToArray();
        var refused = await Assert.ThrowsAsync<RpcException>(() => more[^1]);
        Assert.Equal("etcdserver: too many requests", refused.Status.Detail);
        await enough.CancelAsync();
        await Task.WhenAll([.. asked, .. more]).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
