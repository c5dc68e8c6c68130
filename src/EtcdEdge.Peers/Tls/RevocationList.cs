using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdEdge.Peers.Tls;

/// <summary>
/// Serial numbers of a revocation list (RFC 5280 §5.1), from DER or PEM. Like etcd it checks the serial number alone and trusts the file: a user that
/// may write it may as well replace the CA.
/// </summary>
public sealed class RevocationList
{
    private readonly FrozenSet<string> _serials;

    private RevocationList(FrozenSet<string> serials) => _serials = serials;

    public static RevocationList Empty { get; } = new(FrozenSet<string>.Empty);

    public int Count => _serials.Count;

    /// <summary>Throws <see cref="FormatException"/> for what is no revocation list.</summary>
    public static RevocationList Parse(byte[] content)
    {
        try
        {
            var der = PemEncoding.TryFind(CertificateFiles.Text(content), out var fields)
                ? Convert.FromBase64String(CertificateFiles.Text(content)[fields.Base64Data])
                : content;
            return new RevocationList(Serials(der).ToFrozenSet(StringComparer.Ordinal));
        }
        catch (AsnContentException error)
        {
            throw new FormatException("not a certificate revocation list: " + error.Message, error);
        }
    }

    public bool Contains(X509Certificate2 certificate) => _serials.Contains(Normal(certificate.SerialNumberBytes.Span));

    private static List<string> Serials(byte[] der)
    {
        var list = new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        if (list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            list.ReadInteger();
        }

        list.ReadSequence();
        list.ReadSequence();
        SkipTime(list);
        if (list.HasData && IsTime(list.PeekTag()))
        {
            SkipTime(list);
        }

        var serials = new List<string>();
        if (list.HasData && list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            for (var revoked = list.ReadSequence(); revoked.HasData;)
            {
                serials.Add(Normal(revoked.ReadSequence().ReadIntegerBytes().Span));
            }
        }

        return serials;
    }

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static void SkipTime(AsnReader reader)
    {
        if (!IsTime(reader.PeekTag()))
        {
            throw new AsnContentException("a time is missing");
        }

        reader.ReadEncodedValue();
    }

    // Numbers may be written with or without a leading zero byte.
    private static string Normal(ReadOnlySpan<byte> serial) => Convert.ToHexString(serial.TrimStart((byte)0));
}
