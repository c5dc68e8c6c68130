using System.Security.Cryptography;

namespace EtcdEdge.Server.Auth;

/// <summary>
/// One key for one of JWT's algorithms (RFC 7518, section 3). Calls are taken one at a time: key objects are not made for many threads.
/// </summary>
internal abstract class SignatureKey(string algorithm, bool canSign) : IDisposable
{
    private readonly Lock _lock = new();

    /// <summary>"RS256" and the like.</summary>
    public string Algorithm { get; } = algorithm;

    /// <summary>False when only the public key is configured: this member verifies tokens and issues none.</summary>
    public bool CanSign { get; } = canSign;

    protected HashAlgorithmName Hash { get; } = new("SHA" + algorithm[2..]);

    public byte[] Sign(byte[] data)
    {
        lock (_lock)
        {
            return SignData(data);
        }
    }

    public bool Verify(byte[] data, byte[] signature)
    {
        try
        {
            lock (_lock)
            {
                return VerifyData(data, signature);
            }
        }
        catch (CryptographicException)
        {
            // Bytes that no signature of this kind can be.
            return false;
        }
    }

    public abstract void Dispose();

    protected abstract byte[] SignData(byte[] data);

    protected abstract bool VerifyData(byte[] data, byte[] signature);
}
