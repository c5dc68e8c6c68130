namespace EtcdEdge.Configuration;

/// <summary>The value of --initial-cluster: name=url,name=url, where a name may come again with another URL.</summary>
public static class InitialCluster
{
    public static bool TryParse(string text, out IReadOnlyList<InitialMember> members, out string complaint)
    {
        members = [];
        complaint = "";
        var byName = new SortedDictionary<string, SortedSet<ListenUrl>>(StringComparer.Ordinal);
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = (equals < 0 ? pair : pair[..equals]).Trim();
            if (!ListenUrl.TryParse(equals < 0 ? "" : pair[(equals + 1)..], out var url, out complaint))
            {
                return false;
            }

            if (!byName.TryGetValue(name, out var urls))
            {
                byName.Add(name, urls = new SortedSet<ListenUrl>(ListenUrl.ByText));
            }

            urls.Add(url);
        }

        members = [.. byName.Select(entry => new InitialMember(entry.Key, [.. entry.Value]))];
        return true;
    }

    /// <summary>The members as etcd prints them: pairs sorted by name.</summary>
    public static string Format(IEnumerable<InitialMember> members) =>
        string.Join(',', members.SelectMany(member => member.PeerUrls.Select(url => $"{member.Name}={url}")));
}
