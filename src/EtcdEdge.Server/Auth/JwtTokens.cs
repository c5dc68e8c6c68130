using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;

namespace EtcdEdge.Server.Auth;

/// <summary>
/// JSON Web Tokens (RFC 7519): name, auth revision and expiry under a signature, so that any member with the public key can verify them (etcd
/// server/auth/jwt.go). They cannot be revoked: a change of users or roles invalidates all older ones by their revision.
/// </summary>
/// <param name="key">Signs and verifies.</param>
/// <param name="ttl">Lifetime of a new token.</param>
/// <param name="time">The wall clock: a token's end is a date.</param>
internal sealed class JwtTokens(SignatureKey key, TimeSpan ttl, TimeProvider time) : ITokenProvider, IDisposable
{
    // etcd server/auth/store.go, ErrVerifyOnly, which has no gRPC status of its own.
    private static readonly Status _verifyOnly = new(StatusCode.Unknown, "auth: token signing attempted with verify-only key");

    private readonly string _header = Encode(Encoding.ASCII.GetBytes($$"""{"alg":"{{key.Algorithm}}","typ":"JWT"}"""));

    // A client shows the same token with every request, and a signature costs more than the request.
    private readonly ConcurrentDictionary<string, VerifiedToken> _verified = new(StringComparer.Ordinal);

    public string NewTokenPrefix() => "";

    public string TokenOf(string assigned, string username, ulong revision)
    {
        if (!key.CanSign)
        {
            throw new RpcException(_verifyOnly);
        }

        using var claims = new MemoryStream();
        using (var writer = new Utf8JsonWriter(claims))
        {
            writer.WriteStartObject();
            writer.WriteNumber("exp", (time.GetUtcNow() + ttl).ToUnixTimeSeconds());
            writer.WriteNumber("revision", revision);
            writer.WriteString("username", username);
            writer.WriteEndObject();
        }

        var signed = $"{_header}.{Encode(claims.ToArray())}";
        return $"{signed}.{Encode(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public ValueTask<AuthInfo> IdentifyAsync(string token, CancellationToken cancel)
    {
        double now = time.GetUtcNow().ToUnixTimeSeconds();
        if (!_verified.TryGetValue(token, out var verified) && TryVerify(token, out verified))
        {
            if (_verified.Count >= AuthLimits.VerifiedTokens)
            {
                _verified.Clear();
            }

            _verified[token] = verified!;
        }

        return ValueTask.FromResult(verified is not null && verified.IsValidAt(now) ? verified.Who : AuthInfo.None);
    }

    public void Dispose() => key.Dispose();

    private bool TryVerify(string token, out VerifiedToken? verified)
    {
        verified = null;
        var second = token.LastIndexOf('.');
        var first = token.IndexOf('.', StringComparison.Ordinal);
        if (token.Length > AuthLimits.SignedTokenLength || first <= 0 || first == second || token.IndexOf('.', first + 1) != second)
        {
            return false;
        }

        return TryDecode(token[(second + 1)..], out var signature)
            && HasOurAlgorithm(token[..first])
            && key.Verify(Encoding.UTF8.GetBytes(token[..second]), signature)
            && TryDecode(token[(first + 1)..second], out var claims)
            && TryReadClaims(claims, out verified);
    }

    // Before the signature: what algorithm a token is verified with is the operator's choice, never the token's.
    private bool HasOurAlgorithm(string header) =>
        TryDecode(header, out var json) && TryParse(json) is { } document
        && document.TryGetProperty("alg", out var algorithm) && algorithm.ValueKind == JsonValueKind.String
        && algorithm.GetString() == key.Algorithm;

    private static bool TryReadClaims(byte[] json, out VerifiedToken? verified)
    {
        verified = null;
        if (TryParse(json) is not { } claims
            || !claims.TryGetProperty("username", out var username) || username.ValueKind != JsonValueKind.String
            || !TryGetNumber(claims, "revision", out var revision) || revision is not { } known
            || !TryGetNumber(claims, "exp", out var end) || !TryGetNumber(claims, "nbf", out var start)
            || !TryGetNumber(claims, "iat", out var issued))
        {
            return false;
        }

        verified = new VerifiedToken(new AuthInfo(username.GetString(), (ulong)known), end, start, issued);
        return true;
    }

    /// <summary>False when the claim is there and is no number.</summary>
    private static bool TryGetNumber(JsonElement claims, string name, out double? number)
    {
        number = null;
        if (!claims.TryGetProperty(name, out var claim))
        {
            return true;
        }

        var isNumber = claim.ValueKind == JsonValueKind.Number;
        number = isNumber ? claim.GetDouble() : null;
        return isNumber;
    }

    private static JsonElement? TryParse(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // RFC 7515, section 2: base64url without padding.
    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static bool TryDecode(string text, out byte[] bytes)
    {
        var isValid = Base64Url.IsValid(text);
        bytes = isValid ? Base64Url.DecodeFromChars(text) : [];
        return isValid;
    }
}
