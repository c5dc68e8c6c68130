using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Common;

namespace EtcdEdge.Server.Auth;

/// <summary>
/// --auth-token: "simple", "jwt,sign-method=…,priv-key=…,pub-key=…,ttl=…" or empty (etcd server/auth/options.go). Every complaint is one line
/// that names the option and, where there is one, the file; never what is in it.
/// </summary>
internal sealed class TokenOptions
{
    private static readonly string[] _algorithms =
    [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512",
    ];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private TokenOptions(string type) => Type = type;

    /// <summary>"simple", "jwt" or empty.</summary>
    public string Type { get; }

    public TimeSpan Ttl { get; private set; } = TimeSpan.FromMinutes(5);

    private string Algorithm => _values.GetValueOrDefault("sign-method", "");

    /// <summary>Reads the flag's text.</summary>
    /// <exception cref="StartException">It is no such text.</exception>
    public static TokenOptions Parse(string text)
    {
        var parts = text.Split(',');
        var options = new TokenOptions(parts[0]);
        foreach (var part in parts[1..])
        {
            var pair = part.Split('=');
            if (pair.Length != 2 || !options._values.TryAdd(pair[0], pair[1]))
            {
                throw new StartException($"--auth-token: {(pair.Length == 2 ? $"\"{pair[0]}\" is given twice" : "options are written name=value")}");
            }
        }

        options.Check();
        return options;
    }

    /// <summary>Options that mean nothing here; etcd warns of them too.</summary>
    public IEnumerable<string> Unknown =>
        Type == "jwt" ? _values.Keys.Where(name => name is not ("sign-method" or "priv-key" or "pub-key" or "ttl")) : _values.Keys;

    /// <summary>Reads the key files.</summary>
    /// <exception cref="StartException">A file cannot be read, or is no key for this algorithm.</exception>
    public SignatureKey ReadKey()
    {
        var (privateFile, publicFile) = (_values.GetValueOrDefault("priv-key", ""), _values.GetValueOrDefault("pub-key", ""));
        if (Algorithm[0] == 'H')
        {
            return privateFile.Length > 0
                ? new SecretKey(Algorithm, ReadFile("priv-key", privateFile))
                : throw new StartException($"--auth-token: {Algorithm} needs priv-key=FILE, the secret");
        }

        if (privateFile.Length == 0 && publicFile.Length == 0)
        {
            throw new StartException($"--auth-token: {Algorithm} needs priv-key=FILE, or pub-key=FILE to verify only");
        }

        return Algorithm[0] == 'E' ? ReadElliptic(privateFile, publicFile) : ReadRsa(privateFile, publicFile);
    }

    private void Check()
    {
        if (Type is not ("simple" or "jwt" or ""))
        {
            throw new StartException("--auth-token: the type is neither \"simple\" nor \"jwt\"");
        }

        if (Type != "jwt")
        {
            return;
        }

        if (!_algorithms.Contains(Algorithm))
        {
            throw new StartException(Algorithm == "EdDSA"
                ? "--auth-token: sign-method=EdDSA is not to be had on this platform; use ES256 or another"
                : $"--auth-token: sign-method=\"{Algorithm}\" is none of {string.Join(", ", _algorithms)}");
        }

        var ttl = _values.GetValueOrDefault("ttl", "");
        if (ttl.Length > 0)
        {
            Ttl = GoSyntax.TryParseDuration(ttl, out var given) ? given : throw new StartException("--auth-token: ttl is not a duration such as 5m");
        }
    }

    private RsaKey ReadRsa(string privateFile, string publicFile)
    {
        var own = privateFile.Length > 0 ? ImportPrivate(privateFile, RSA.Create()) : null;
        var known = publicFile.Length > 0 ? ImportPublic(publicFile, RSA.Create(), certificate => certificate.GetRSAPublicKey()) : null;
        CheckPair(own, known);
        return new RsaKey(Algorithm, (own ?? known)!, own is not null);
    }

    private EllipticKey ReadElliptic(string privateFile, string publicFile)
    {
        var own = privateFile.Length > 0 ? ImportPrivate(privateFile, ECDsa.Create()) : null;
        var known = publicFile.Length > 0 ? ImportPublic(publicFile, ECDsa.Create(), certificate => certificate.GetECDsaPublicKey()) : null;
        CheckPair(own, known);
        return (own ?? known)!.KeySize == EllipticKey.BitsOf(Algorithm)
            ? new EllipticKey(Algorithm, (own ?? known)!, own is not null)
            : throw new StartException($"--auth-token: {Algorithm} needs a key of {EllipticKey.BitsOf(Algorithm)} bits");
    }

    private static void CheckPair(AsymmetricAlgorithm? own, AsymmetricAlgorithm? known)
    {
        if (own is not null && known is not null && !own.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(known.ExportSubjectPublicKeyInfo()))
        {
            throw new StartException("--auth-token: pub-key is not the public half of priv-key");
        }
    }

    private static T ImportPrivate<T>(string file, T key)
        where T : AsymmetricAlgorithm
    {
        var pem = Encoding.UTF8.GetString(ReadFile("priv-key", file));
        return pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
            ? Import("priv-key", file, pem, key)
            : throw new StartException($"--auth-token: priv-key={file} holds no private key");
    }

    /// <summary>A key or a certificate, as etcd's library reads both.</summary>
    private static T ImportPublic<T>(string file, T key, Func<X509Certificate2, T?> publicKeyOf)
        where T : AsymmetricAlgorithm
    {
        var pem = Encoding.UTF8.GetString(ReadFile("pub-key", file));
        if (!pem.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
        {
            return Import("pub-key", file, pem, key);
        }

        using var certificate = X509Certificate2.CreateFromPem(pem);
        return publicKeyOf(certificate) ?? throw new StartException($"--auth-token: the key of the certificate pub-key={file} is of another kind");
    }

    private static T Import<T>(string option, string file, string pem, T key)
        where T : AsymmetricAlgorithm
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException)
        {
            throw new StartException($"--auth-token: {option}={file} is no PEM file with such a key: {unusable.Message}", unusable);
        }
    }

    private static byte[] ReadFile(string option, string file)
    {
        try
        {
            var bytes = new FileInfo(file) is { Exists: true, Length: > AuthLimits.KeyFileBytes }
                ? throw new StartException($"--auth-token: {option}={file} is larger than {AuthLimits.KeyFileBytes} bytes")
                : File.ReadAllBytes(file);
            return bytes.Length > 0 ? bytes : throw new StartException($"--auth-token: {option}={file} is empty");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--auth-token: {option}={file}: {unreadable.Message}", unreadable);
        }
    }
}
