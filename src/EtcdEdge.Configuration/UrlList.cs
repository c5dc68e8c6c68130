namespace EtcdEdge.Configuration;

/// <summary>
/// Comma separated URLs, kept sorted and unique because member ids are computed from them in that order (etcd client/pkg/types/urls.go).
/// </summary>
public static class UrlList
{
    public static bool TryParse(string text, out IReadOnlyList<ListenUrl> urls, out string complaint)
    {
        urls = [];
        complaint = "";
        if (text.Length == 0)
        {
            return true;
        }

        var sorted = new SortedSet<ListenUrl>(ListenUrl.ByText);
        foreach (var one in text.Split(','))
        {
            if (!ListenUrl.TryParse(one, out var url, out complaint))
            {
                return false;
            }

            sorted.Add(url);
        }

        urls = [.. sorted];
        return true;
    }

    /// <summary>The URLs as etcd prints them.</summary>
    public static string Format(IEnumerable<ListenUrl> urls) => string.Join(',', urls);
}
