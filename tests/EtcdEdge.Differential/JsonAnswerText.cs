using System.Globalization;
using System.Text;
using System.Text.Json;
using EtcdEdge.Api;
using Google.Protobuf.Reflection;

namespace EtcdEdge.Differential;

/// <summary>
/// A gateway's body as the text that is compared: the JSON itself, in its order and with its quotes, without white space and without the fields that
/// <see cref="KnownDifferences"/> names; a stream's lines one after the other.
/// </summary>
internal static class JsonAnswerText
{
    public static string Of(string body, MessageDescriptor answer) =>
        string.Join(' ', body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Line(line, answer)));

    /// <summary>Of an error with code 3 only that it is one: the rest is the JSON library's.</summary>
    public static string OfMalformed(string body, MessageDescriptor answer)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("code", out var code) ? $"code {code}" : Of(body, answer);
        }
        catch (JsonException)
        {
            return "not JSON";
        }
    }

    /// <summary>One line of a watch: the events alone, because how many share a line is a matter of time.</summary>
    public static string OfWatch(string line, ref long seen, out bool isOver)
    {
        using var json = JsonDocument.Parse(line);
        isOver = !json.RootElement.TryGetProperty("result", out var result) || result.TryGetProperty("canceled", out _);
        if (isOver || !result.TryGetProperty("events", out var events))
        {
            return Line(line, WatchResponse.Descriptor);
        }

        var text = new StringBuilder();
        foreach (var one in events.EnumerateArray())
        {
            Append(text, one, Event.Descriptor);
            seen = Math.Max(seen, long.Parse(one.GetProperty("kv").GetProperty("mod_revision").GetString()!, CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static string Line(string line, MessageDescriptor answer)
    {
        var text = new StringBuilder();
        try
        {
            using var json = JsonDocument.Parse(line);
            Append(text, json.RootElement, answer);
        }
        catch (JsonException)
        {
            return $"not JSON: {line}";
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonElement value, MessageDescriptor? message)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value, message);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    Append(text, item, message);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                text.Append('"').Append(KnownDifferences.Rewrite(value.GetString()!)).Append('"');
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    // A stream's lines wrap the message in "result"; errors have no message of ours.
    private static void AppendObject(StringBuilder text, JsonElement value, MessageDescriptor? message)
    {
        text.Append('{');
        foreach (var property in value.EnumerateObject())
        {
            var field = message?.FindFieldByName(property.Name);
            if (field is not null && KnownDifferences.Names(field))
            {
                text.Append(KnownDifferences.Rewrite(field, property.Value) is { } common ? $"{property.Name}:{common}," : "");
            }
            else if (!KnownDifferences.IsErrorOfGateway(property, value))
            {
                var inner = property.Name == "result" && field is null ? message : field is { FieldType: FieldType.Message } ? field.MessageType
                    : null;
                text.Append(property.Name).Append(':');
                Append(text, property.Value, inner);
                text.Append(',');
            }
        }

        text.Append('}');
    }
}
