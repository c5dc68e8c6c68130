using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>
/// A message as JSON that is still JSON: values of other kinds, unknown and repeated members, lists where there are none, deep nesting.
/// </summary>
internal static class JsonMutation
{
    private static readonly string[] s_values =
    [
        "null", "true", "0", "-1", "1e400", "1.5", "9223372036854775808", "\"9223372036854775808\"", "\"-1\"", "\"\"", "\"####\"", "\"aw==\"",
            "\"aw\"", "\"\\ud800\"",
        "\"NaN\"", "\"CREATE\"", "\"NOSUCH\"", "99", "[]", "{}", "[[]]", "[null]", "{\"\":{}}", "\"0x10\"", "01", "+1", "\"1 \"",
    ];

    private static readonly JsonDocumentOptions s_deep = new() { MaxDepth = 1000 };
    private static readonly JsonFormatter s_lower = new(new JsonFormatter.Settings(formatDefaultValues: false));
    private static readonly JsonFormatter s_original = new(new JsonFormatter.Settings(formatDefaultValues: true).WithPreserveProtoFieldNames(true));

    public static byte[] Of(IMessage message, Random random)
    {
        var text = (random.Next(2) == 0 ? s_lower : s_original).Format(message);
        return random.Next(20) switch
        {
            < 8 => Encoding.UTF8.GetBytes(text),
            8 => Mutation.Of(Encoding.UTF8.GetBytes(text), random),
            9 => Encoding.UTF8.GetBytes(Nested(random)),
            _ => Encoding.UTF8.GetBytes(Changed(text, random)),
        };
    }

    /// <summary>The members of the outermost object, one changed; text, since a repeated name is no tree.</summary>
    private static string Changed(string text, Random random)
    {
        if (JsonNode.Parse(text, documentOptions: s_deep) is not JsonObject tree)
        {
            return text;
        }

        var members = tree.Select(member => (Name: member.Key, Value: member.Value?.ToJsonString() ?? "null")).ToList();
        if (members.Count > 0 && random.Next(4) > 0)
        {
            var at = random.Next(members.Count);
            var isObject = members[at].Value.StartsWith('{');
            var changed = isObject && random.Next(2) == 0 ? Changed(members[at].Value, random) : s_values[random.Next(s_values.Length)];
            members.Insert(random.Next(2) == 0 ? at : members.Count, (members[at].Name, changed));
            if (random.Next(2) == 0)
            {
                members.RemoveAt(members.FindIndex(member => member.Name == members[at].Name));
            }
        }
        else
        {
            members.Add((HostileValues.Text(random), s_values[random.Next(s_values.Length)]));
        }

        return $"{{{string.Join(',', members.Select(member => $"{JsonValue.Create(member.Name).ToJsonString()}:{member.Value}"))}}}";
    }

    private static string Nested(Random random)
    {
        var depth = random.Next(1, 300);
        var opened = random.Next(2) == 0 ? ("{\"success\":[{\"request_txn\":", "}]}") : ("[", "]");
        return string.Concat(Enumerable.Repeat(opened.Item1, depth)) + "{}" + string.Concat(Enumerable.Repeat(opened.Item2, depth));
    }
}
