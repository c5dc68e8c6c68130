namespace EtcdEdge.Base.Cryptography;

/// <summary>The kernel's random bytes, without OpenSSL: a board without that library can have users too.</summary>
public static class SecureRandom
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    public static void Fill(Span<byte> bytes)
    {
        // Unbuffered: no more bytes are read than requested.
        using var device = new FileStream("/dev/urandom", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        device.ReadExactly(bytes);
    }

    /// <summary>Latin letters, all equally likely.</summary>
    public static string Text(int length)
    {
        var text = new char[length];
        Span<byte> bytes = stackalloc byte[64];
        var usable = 256 - (256 % Letters.Length);
        for (var at = 0; at < length;)
        {
            Fill(bytes);
            for (var i = 0; i < bytes.Length && at < length; i++)
            {
                if (bytes[i] < usable)
                {
                    text[at++] = Letters[bytes[i] % Letters.Length];
                }
            }
        }

        return new string(text);
    }
}
