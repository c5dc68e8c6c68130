using System.Security.Cryptography;

namespace EtcdEdge.Server.Auth;

/// <summary>RS256 to RS512 (PKCS #1 v1.5) and PS256 to PS512 (PSS).</summary>
internal sealed class RsaKey(string algorithm, RSA key, bool canSign) : SignatureKey(algorithm, canSign)
{
    private readonly RSASignaturePadding _padding = algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

    public override void Dispose() => key.Dispose();

    protected override byte[] SignData(byte[] data) => key.SignData(data, Hash, _padding);

    protected override bool VerifyData(byte[] data, byte[] signature) => key.VerifyData(data, signature, Hash, _padding);
}
