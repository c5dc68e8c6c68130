using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace EtcdEdge.Differential;

/// <summary>
/// The one table of what may differ between two servers that both speak etcd's API, each row with its reason. Whatever is not here and
/// differs is a bug.
/// </summary>
internal static partial class KnownDifferences
{
    /// <summary>What stands for the text about a message that no decoder takes.</summary>
    public const string MalformedText = "<malformed message>";

    private static readonly Field[] s_fields =
    [
        new("etcdserverpb.LeaseTimeToLiveResponse.TTL", "counts down; only alive or gone (-1) is compared", v => (long)v > 0 ? "alive" : v),
        new("etcdserverpb.LeaseTimeToLiveResponse.keys", "etcd lists them in the order of a Go map, which is random", Sorted),
        Hidden("etcdserverpb.HashKVResponse.hash_revision", "etcd 3.5 does not have the field; it is 3.6's"),
        Some("etcdserverpb.AuthenticateResponse.token", "random"),
        Some("etcdserverpb.StatusResponse.version", "each server says its own"),
        Hidden("etcdserverpb.StatusResponse.storageVersion", "etcd 3.5 does not have the field; it is 3.6's"),
        Hidden("etcdserverpb.StatusResponse.dbSizeQuota", "etcd 3.5 does not have the field; it is 3.6's"),
        Hidden("etcdserverpb.StatusResponse.downgradeInfo", "etcd 3.5 does not have the field; it is 3.6's"),
        Some("etcdserverpb.StatusResponse.raftIndex",
            "etcd also logs what is only asked about users and roles; EtcdEdge reads that after a read barrier"),
        Some("etcdserverpb.StatusResponse.raftAppliedIndex", "as raftIndex"),
        Hidden("etcdserverpb.StatusResponse.dbSize", "bbolt's file size; other engines have other sizes"),
        Hidden("etcdserverpb.StatusResponse.dbSizeInUse", "bbolt's pages in use"),
    ];

    private static readonly Text[] s_texts =
    [
        new(MalformedMessage(), MalformedText,
            "the text is the protobuf library's own; the code is compared, and of a message that was cut off the text too"),
    ];

    /// <summary>What the generator leaves out.</summary>
    private static readonly (string Call, string Reason)[] NotSent =
    [
        ("a v2 listing without sorted=true", "etcd lists in the order of a Go map, which is random; EtcdEdge sorts always"),
        ("a v2 wait for a key that is not there when a directory above it ends",
            "etcd tells only those who wait in time, and of others only what is waited for from the past; EtcdEdge tells both alike; such waits "
                + "are let go"),
        ("the second of two equal events of a v2 stream", "etcd tells the end of a node twice to who watches that very node; EtcdEdge once"),
        ("changes to /v2/auth", "EtcdEdge refuses them: its v2 API has no users"),
        ("the v2 answers' ttl and expiration", "they follow each server's clock; only their presence is compared"),
        ("a range with an unknown sort order", "etcd 3.5 takes it; EtcdEdge refuses it as etcd 3.6 does (invalid sort option)"),
        ("a range with an unknown sort target", "etcd 3.5 dies of it (nil sort.Interface); EtcdEdge refuses it as etcd 3.6 does"),
        ("in one transaction a delete with range end \\0 and a put of a key within it",
            "etcd 3.5 does not see the collision; it dies of a later compaction, and at once if the put keeps value or lease (EtcdEdge refuses "
                + "that one)"),
        ("under the alarm NOSPACE a transaction whose puts are all nested", "etcd 3.5 overlooks them; EtcdEdge refuses them as etcd 3.7.1 does"),
        ("a sort by something other than the key with more than twelve keys",
            "Go's sort is not stable beyond twelve, so etcd orders equal elements by chance"),
        ("HashKV at just the revision of an earlier compaction",
            "etcd answers with the hash it kept from that compaction, over the history before it; EtcdEdge computes"),
        ("a compaction at revision 0", "etcd answers every later HashKV without a revision with the hash of nothing that it kept from it"),
        ("RoleGet of the role root", "since etcd 3.6 it shows what root may do; 3.5 shows what was granted, which is nothing"),
        ("Hash, HashKV, Defragment and Snapshot by others than root, Status by users without its role",
            "etcd 3.5 answers Unknown with \"auth: ...\", and refuses Status; EtcdEdge answers as 3.6"),
        ("a watch whose right to read is taken away", "etcd goes on showing its events; EtcdEdge cancels it"),
        ("a message with a known field in another wire type", "Go's generated code refuses it, other protobuf libraries skip it as unknown"),
        ("a text that is not UTF-8", "etcd 3.5 does not look; EtcdEdge refuses the message, as proto3 asks"),
        ("a progress request on a stream with a watcher whose start revision is to come, or which compaction canceled",
            "neither server answers it until the revision is reached, so there is nothing to wait for"),
    ];

    /// <summary>What the JSON gateway answers otherwise.</summary>
    private static readonly (string What, string Reason)[] InJson =
    [
        ("`error` in an error's body",
            "the gateway of etcd 3.4 and early 3.5 has it, and clients read it; EtcdEdge sends it beside `code` and `message`"),
        ("the message about a body that is no JSON for its path", "the JSON library's own; status and code are compared"),
        ("the body of an answer to an unknown path or method", "the HTTP router's own; the status is compared"),
        ("how many events share a line of a watch", "a matter of time; the events are compared"),
    ];

    private static readonly Dictionary<string, Field> s_byName = s_fields.ToDictionary(f => f.Name);

    /// <summary>The field's value as it is compared.</summary>
    public static object? Rewrite(FieldDescriptor field, object? value) =>
        value is not null && s_byName.TryGetValue(field.FullName, out var known) ? known.Common(value) : value;

    /// <summary>A field of the table in JSON as it is compared, null when it is not.</summary>
    public static string? Rewrite(FieldDescriptor field, JsonElement value) =>
        s_byName[field.FullName].Common(ValueOf(field, value)) switch
        {
            RepeatedField<ByteString> list => string.Join(',', list.Select(bytes => bytes.ToBase64())),
            var common => common?.ToString(),
        };

    /// <summary>True when the field is in the table.</summary>
    public static bool Names(FieldDescriptor field) => s_byName.ContainsKey(field.FullName);

    /// <summary>True for what is said of a message that no decoder takes.</summary>
    public static bool IsMalformed(string text) => text.StartsWith("grpc: error unmarshalling request: ", StringComparison.Ordinal);

    /// <summary>True when a v2 wait was told that a directory above what it waits for has ended.</summary>
    public static bool IsEndAbove(V2Call wait, string told)
    {
        var path = Uri.UnescapeDataString(wait.Target.Split('?')[0]["/v2/keys".Length..]);
        return EndOfDirectory().Matches(told).Any(end => path.StartsWith(end.Groups[1].Value + "/", StringComparison.Ordinal));
    }

    /// <summary>True for the gateway's older spelling of an error's message.</summary>
    public static bool IsErrorOfGateway(JsonProperty property, JsonElement body) =>
        property.Name == "error" && property.Value.ValueKind == JsonValueKind.String && body.TryGetProperty("message", out var message)
        && message.GetString() == property.Value.GetString();

    /// <summary>A text, of an error or a field, as it is compared.</summary>
    public static string Rewrite(string text) => s_texts.Aggregate(text, (t, known) => known.Pattern.Replace(t, known.Common));

    /// <summary>The table as Markdown, for the README.</summary>
    public static string ToMarkdown()
    {
        var rows = s_fields.Select(f => $"| `{f.Name}` | {f.Reason} |").Concat(s_texts.Select(t => $"| texts: `{t.Common}` | {t.Reason} |"));
        var calls = NotSent.Select(c => $"| {c.Call} | {c.Reason} |");
        rows = rows.Concat(InJson.Select(j => $"| in JSON: {j.What} | {j.Reason} |"));
        return $"| not compared | reason |\n|---|---|\n{string.Join('\n', rows)}\n\n| not sent | reason |\n|---|---|\n{string.Join('\n', calls)}\n";
    }

    private static Field Hidden(string name, string reason) => new(name, reason, _ => null);

    /// <summary>A number or a text of which only is compared whether it is there.</summary>
    private static Field Some(string name, string reason) => new(name, reason, value => value is "" or 0UL ? value : "some");

    // Only what the table's rows look into; the others hide the field whatever it is.
    private static object ValueOf(FieldDescriptor field, JsonElement value)
    {
        if (field.IsRepeated && field.FieldType == FieldType.Bytes)
        {
            var list = new RepeatedField<ByteString>();
            list.AddRange(value.EnumerateArray().Select(item => ByteString.FromBase64(item.GetString()!)));
            return list;
        }

        return field.FieldType == FieldType.Int64 ? long.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.ToString();
    }

    private static RepeatedField<ByteString> Sorted(object value)
    {
        var sorted = new RepeatedField<ByteString>();
        sorted.AddRange(((IEnumerable)value).Cast<ByteString>().OrderBy(b => b.ToStringUtf8(), StringComparer.Ordinal));
        return sorted;
    }

    [GeneratedRegex("^grpc: error unmarshalling request: (?!unexpected EOF$).*$", RegexOptions.Singleline)]
    private static partial Regex MalformedMessage();

    [GeneratedRegex("\"action\":\"(?:delete|expire|compareAndDelete)\",\"node\":\\{\"key\":\"([^\"]*)\"")]
    private static partial Regex EndOfDirectory();

    private sealed record Field(string Name, string Reason, Func<object, object?> Common);

    private sealed record Text(Regex Pattern, string Common, string Reason);
}
