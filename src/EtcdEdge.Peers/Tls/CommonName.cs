using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EtcdEdge.Peers.Tls;

/// <summary>The common name of a certificate: etcd's name for the user behind a client's certificate.</summary>
public static class CommonName
{
    private const string CommonNameOid = "2.5.4.3";
    private static readonly object s_itemKey = new();

    /// <summary>The last common name of the subject, as Go takes it; "" when there is none.</summary>
    public static string Of(X509Certificate2 certificate)
    {
        var name = "";
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false))
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameOid)
            {
                name = part.GetSingleElementValue() ?? "";
            }
        }

        return name;
    }

    /// <summary>
    /// The common name of the verified certificate of a request, or "" when the client presented none. Determined once per connection: certificates
    /// do not change within one. Certificates are verified whenever they are requested (<see cref="TlsSetup.DemandsCertificate"/>).
    /// </summary>
    public static string Of(HttpContext context)
    {
        var items = context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is not null && items.TryGetValue(s_itemKey, out var known))
        {
            return (string)known!;
        }

        var name = context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate ? Of(certificate) : "";
        items?.TryAdd(s_itemKey, name);
        return name;
    }
}
