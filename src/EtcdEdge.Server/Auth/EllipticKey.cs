using System.Security.Cryptography;

namespace EtcdEdge.Server.Auth;

/// <summary>ES256, ES384, ES512: ECDSA, the two numbers side by side.</summary>
internal sealed class EllipticKey(string algorithm, ECDsa key, bool canSign) : SignatureKey(algorithm, canSign)
{
    /// <summary>The size of the one curve that goes with an algorithm.</summary>
    public static int BitsOf(string algorithm) => algorithm switch
    {
        "ES256" => 256,
        "ES384" => 384,
        _ => 521,
    };

    public override void Dispose() => key.Dispose();

    protected override byte[] SignData(byte[] data) => key.SignData(data, Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    protected override bool VerifyData(byte[] data, byte[] signature) =>
        key.VerifyData(data, signature, Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
