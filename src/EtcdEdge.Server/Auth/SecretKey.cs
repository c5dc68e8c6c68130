using System.Security.Cryptography;

namespace EtcdEdge.Server.Auth;

/// <summary>HS256, HS384, HS512: HMAC under a secret that all members share.</summary>
internal sealed class SecretKey(string algorithm, byte[] secret) : SignatureKey(algorithm, canSign: true)
{
    public override void Dispose() => CryptographicOperations.ZeroMemory(secret);

    protected override byte[] SignData(byte[] data) => CryptographicOperations.HmacData(Hash, secret, data);

    // In constant time: how much of a guess is right must not show.
    protected override bool VerifyData(byte[] data, byte[] signature) => CryptographicOperations.FixedTimeEquals(SignData(data), signature);
}
