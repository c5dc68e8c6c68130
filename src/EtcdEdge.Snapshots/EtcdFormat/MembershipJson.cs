using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>
/// What etcd keeps as JSON: members (membership.Member), the voters and learners (raftpb.ConfState) and the downgrade (version.DowngradeInfo), with
/// Go's names and its habit to leave out what is empty.
/// </summary>
public static class MembershipJson
{
    public static byte[] Encode(Member member) => Write(json =>
    {
        json.WriteNumber("id", member.Id);
        WriteStrings(json, "peerURLs", member.PeerUrls);
        if (member.IsLearner)
        {
            json.WriteBoolean("isLearner", true);
        }

        if (member.Name.Length > 0)
        {
            json.WriteString("name", member.Name);
        }

        if (member.ClientUrls.Length > 0)
        {
            WriteStrings(json, "clientURLs", member.ClientUrls);
        }
    });

    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">It is another object.</exception>
    public static Member Decode(ulong id, ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        return new Member
        {
            Id = id,
            Name = root.TryGetProperty("name", out var name) ? name.GetString() ?? "" : "",
            PeerUrls = Strings(root, "peerURLs"),
            ClientUrls = Strings(root, "clientURLs"),
            IsLearner = root.TryGetProperty("isLearner", out var learner) && learner.GetBoolean(),
        };
    }

    public static byte[] EncodeConfState(ImmutableArray<Member> members) => Write(json =>
    {
        WriteIds(json, "voters", members.Where(member => !member.IsLearner));
        if (members.Any(member => member.IsLearner))
        {
            WriteIds(json, "learners", members.Where(member => member.IsLearner));
        }

        json.WriteBoolean("auto_leave", false);
    });

    public static byte[] EncodeDowngrade(string target) => Write(json =>
    {
        json.WriteString("target-version", target);
        json.WriteBoolean("enabled", target.Length > 0);
    });

    /// <summary>The version a downgrade leads to; empty when there is none.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">It is another object.</exception>
    public static string DecodeDowngrade(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var isEnabled = document.RootElement.TryGetProperty("enabled", out var enabled) && enabled.GetBoolean();
        return isEnabled && document.RootElement.TryGetProperty("target-version", out var target) ? target.GetString() ?? "" : "";
    }

    private static byte[] Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, ImmutableArray<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteIds(Utf8JsonWriter json, string name, IEnumerable<Member> members)
    {
        json.WriteStartArray(name);
        foreach (var member in members)
        {
            json.WriteNumberValue(member.Id);
        }

        json.WriteEndArray();
    }

    private static ImmutableArray<string> Strings(JsonElement from, string name) =>
        from.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array
            ? [.. array.EnumerateArray().Select(item => item.GetString() ?? "")]
            : [];
}
