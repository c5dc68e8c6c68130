using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtcdEdge.Server.Tests.Auth;

/// <summary>
/// Goal: signed tokens are made and believed as --auth-token says, and nothing else is. Method: key files of every kind, forged tokens.
/// </summary>
public sealed class JwtTokensTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    public async Task A_token_signed_by_one_member_is_known_to_another(string algorithm)
    {
        var (own, known) = KeyFiles(algorithm);
        using var signer = Provider($"jwt,sign-method={algorithm},priv-key={own}");
        using var verifier = Provider(known is null ? $"jwt,sign-method={algorithm},priv-key={own}" : $"jwt,sign-method={algorithm},pub-key={known}");
        var token = signer.TokenOf("", "alice", 12);
        Assert.Equal(new AuthInfo("alice", 12), await WhoAsync(verifier, token));
        Assert.Equal(new AuthInfo("alice", 12), await WhoAsync(verifier, token));
        Assert.Equal($$"""{"alg":"{{algorithm}}","typ":"JWT"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[0])));
    }

    [Fact]
    public async Task A_token_ends()
    {
        using var tokens = Provider($"jwt,sign-method=HS256,priv-key={Secret()},ttl=10m");
        var token = tokens.TokenOf("", "alice", 12);
        _time.Advance(TimeSpan.FromSeconds(599));
        Assert.False((await WhoAsync(tokens, token)).IsNone);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await WhoAsync(tokens, token)).IsNone);
    }

    [Fact]
    public async Task What_is_altered_or_signed_by_others_or_not_at_all_is_nobodys()
    {
        var (own, known) = KeyFiles("RS256");
        using var tokens = Provider($"jwt,sign-method=RS256,priv-key={own}");
        var token = tokens.TokenOf("", "alice", 12);
        var parts = token.Split('.');
        var claims = Encoded("""{"exp":99999999999,"revision":12,"username":"root"}""");
        var none = Encoded("""{"alg":"none","typ":"JWT"}""");
        var hmac = Encoded("""{"alg":"HS256","typ":"JWT"}""");
        // The classic: the public key, which is no secret, taken for an HMAC's.
        var forged = Base64Url.EncodeToString(HMACSHA256.HashData(File.ReadAllBytes(known!), Encoding.ASCII.GetBytes($"{hmac}.{claims}")));
        string[] bad =
        [
            "", ".", "..", "a.b.c", $"{none}.{claims}.", $"{hmac}.{claims}.{forged}", $"{parts[0]}.{claims}.{parts[2]}",
            $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}", $"{token}.", token[..^2], token + "A", new string('a', 10_000),
        ];
        foreach (var text in bad)
        {
            Assert.True((await WhoAsync(tokens, text)).IsNone, text);
        }
    }

    [Theory]
    [InlineData("""{"revision":12}""")]
    [InlineData("""{"username":"a"}""")]
    [InlineData("""{"username":1,"revision":12}""")]
    [InlineData("""{"username":"a","revision":"12"}""")]
    [InlineData("""{"username":"a","revision":12,"exp":1}""")]
    [InlineData("""{"username":"a","revision":12,"exp":"soon"}""")]
    [InlineData("""{"username":"a","revision":12,"nbf":99999999999}""")]
    [InlineData("""{"username":"a","revision":12,"iat":99999999999}""")]
    [InlineData("""["username"]""")]
    public async Task A_good_signature_under_the_wrong_claims_is_nobodys(string claims)
    {
        var secret = Secret();
        using var tokens = Provider($"jwt,sign-method=HS256,priv-key={secret}");
        var signed = $"{Encoded("""{"alg":"HS256","typ":"JWT"}""")}.{Encoded(claims)}";
        var signature = Base64Url.EncodeToString(HMACSHA256.HashData(File.ReadAllBytes(secret), Encoding.ASCII.GetBytes(signed)));
        Assert.True((await WhoAsync(tokens, $"{signed}.{signature}")).IsNone);
    }

    [Theory]
    [InlineData("""{"alg":"HS512","typ":"JWT"}""")]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"typ":"JWT"}""")]
    [InlineData("""["HS256"]""")]
    public async Task A_good_signature_under_another_algorithms_name_is_nobodys(string header)
    {
        var secret = Secret();
        using var tokens = Provider($"jwt,sign-method=HS256,priv-key={secret}");
        var signed = $"{Encoded(header)}.{Encoded("""{"username":"a","revision":12}""")}";
        var signature = Base64Url.EncodeToString(HMACSHA256.HashData(File.ReadAllBytes(secret), Encoding.ASCII.GetBytes(signed)));
        Assert.True((await WhoAsync(tokens, $"{signed}.{signature}")).IsNone);
    }

    [Fact]
    public void A_member_with_the_public_key_alone_makes_no_tokens()
    {
        using var tokens = Provider($"jwt,sign-method=ES256,pub-key={KeyFiles("ES256").Public}");
        var refused = Assert.Throws<RpcException>(() => tokens.TokenOf("", "alice", 1));
        Assert.Equal("auth: token signing attempted with verify-only key", refused.Status.Detail);
    }

    [Fact]
    public void What_cannot_be_used_is_told_in_one_line_that_names_it()
    {
        var (own, known) = KeyFiles("RS256");
        var (curve, _) = KeyFiles("ES256");
        var other = KeyFiles("RS256").Public!;
        Assert.Equal("--auth-token: the type is neither \"simple\" nor \"jwt\"", Complaint("magic"));
        Assert.Equal("--auth-token: options are written name=value", Complaint("jwt,sign-method"));
        Assert.Equal("--auth-token: \"ttl\" is given twice", Complaint("jwt,ttl=1m,ttl=2m"));
        Assert.StartsWith("--auth-token: sign-method=\"\" is none of RS256", Complaint("jwt"), StringComparison.Ordinal);
        Assert.Equal("--auth-token: sign-method=EdDSA is not to be had on this platform; use ES256 or another", Complaint("jwt,sign-method=EdDSA"));
        Assert.Equal("--auth-token: ttl is not a duration such as 5m", Complaint("jwt,sign-method=RS256,ttl=soon"));
        Assert.Equal("--auth-token: RS256 needs priv-key=FILE, or pub-key=FILE to verify only", Complaint("jwt,sign-method=RS256"));
        Assert.Equal("--auth-token: HS256 needs priv-key=FILE, the secret", Complaint("jwt,sign-method=HS256,pub-key=x"));
        Assert.Contains("pub-key=/no/such", Complaint("jwt,sign-method=RS256,pub-key=/no/such"), StringComparison.Ordinal);
        Assert.Equal($"--auth-token: priv-key={known} holds no private key", Complaint($"jwt,sign-method=RS256,priv-key={known}"));
        Assert.StartsWith($"--auth-token: priv-key={curve} is no PEM file with such a key",
            Complaint($"jwt,sign-method=RS256,priv-key={curve}"), StringComparison.Ordinal);
        Assert.Equal("--auth-token: pub-key is not the public half of priv-key", Complaint($"jwt,sign-method=RS256,priv-key={own},pub-key={other}"));
        Assert.Equal("--auth-token: ES384 needs a key of 384 bits", Complaint($"jwt,sign-method=ES384,priv-key={curve}"));
    }

    private static string Complaint(string text) => Assert.Throws<StartException>(() => TokenOptions.Parse(text).ReadKey()).Message;

    private JwtTokens Provider(string text)
    {
        var options = TokenOptions.Parse(text);
        return new JwtTokens(options.ReadKey(), options.Ttl, _time);
    }

    private static ValueTask<AuthInfo> WhoAsync(JwtTokens tokens, string token) =>
        tokens.IdentifyAsync(token, TestContext.Current.CancellationToken);

    private static string Encoded(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private string Secret() => Write("secret", "a secret that is long enough for nobody to guess it");

    private (string Private, string? Public) KeyFiles(string algorithm)
    {
        switch (algorithm[0])
        {
            case 'H':
                return (Secret(), null);
            case 'E':
                using (var key = ECDsa.Create(CurveOf(algorithm)))
                {
                    return (Write("ec", key.ExportECPrivateKeyPem()), Write("ec-public", key.ExportSubjectPublicKeyInfoPem()));
                }
            default:
                using (var key = RSA.Create(2048))
                {
                    return (Write("rsa", key.ExportPkcs8PrivateKeyPem()), Write("rsa-public", key.ExportSubjectPublicKeyInfoPem()));
                }
        }
    }

    private static ECCurve CurveOf(string algorithm) => algorithm switch
    {
        "ES256" => ECCurve.NamedCurves.nistP256,
        "ES384" => ECCurve.NamedCurves.nistP384,
        _ => ECCurve.NamedCurves.nistP521,
    };

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory.Path, $"{name}-{Guid.NewGuid():N}.pem");
        File.WriteAllText(path, text);
        return path;
    }
}
