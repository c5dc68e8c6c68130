using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtcdEdge.Configuration;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Logging;

/// <summary>
/// One line as zap writes it for etcd (client/pkg/logutil/zap.go): level, ts in UTC with microseconds, caller, msg, then the fields in
/// kebab case. The caller is the category and the event's name, since there are no source lines in a native binary.
/// </summary>
internal readonly record struct LogLine(
    DateTime Time,
    LogLevel Level,
    string Category,
    EventId Event,
    string Message,
    IReadOnlyList<KeyValuePair<string, object?>>? Fields,
    Exception? Error,
    bool Verbose)
{
    /// <summary>Lines are for people and log collectors, never for HTML: quotes and umlauts stay readable.</summary>
    private static readonly JsonWriterOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>{"level":"info","ts":"…","caller":"…","msg":"…",…} and a line feed.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, s_readable))
        {
            json.WriteStartObject();
            json.WriteString("level", LevelName);
            json.WriteString("ts", Timestamp);
            json.WriteString("caller", Caller);
            json.WriteString("msg", Message);
            WriteFields(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Tab separated for the eye: time, level, caller, message, and the fields as JSON if there are any.</summary>
    public byte[] ToConsole()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, s_readable))
        {
            json.WriteStartObject();
            WriteFields(json);
            json.WriteEndObject();
        }

        var fields = buffer.WrittenCount > 2 ? "\t" + Encoding.UTF8.GetString(buffer.WrittenSpan) : "";
        return Encoding.UTF8.GetBytes($"{Timestamp}\t{LevelName}\t{Caller}\t{Message.ReplaceLineEndings(" ")}{fields}\n");
    }

    private string Timestamp => Time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private string Caller => Event.Name is { Length: > 0 } name ? $"{Category}:{name}" : Category;

    private string LevelName => Level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        LogLevel.Critical => "fatal",
        _ => "info",
    };

    private void WriteFields(Utf8JsonWriter json)
    {
        foreach (var (name, value) in Fields ?? [])
        {
            if (name != "{OriginalFormat}")
            {
                json.WritePropertyName(Kebab(name));
                WriteValue(json, value);
            }
        }

        if (Error is not null)
        {
            json.WriteString("error", Chain(Error));
            if (Verbose && Error.StackTrace is not null)
            {
                json.WriteString("stacktrace", Error.StackTrace);
            }
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case uint number: json.WriteNumberValue(number); break;
            case ulong number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case TimeSpan span: json.WriteStringValue(GoSyntax.Format(span)); break;
            case IEnumerable<string> texts: WriteTexts(json, texts); break;
            case IFormattable other: json.WriteStringValue(other.ToString(null, CultureInfo.InvariantCulture)); break;
            default: json.WriteStringValue(value.ToString()); break;
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, IEnumerable<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>The messages of an exception and its causes, as Go wraps errors.</summary>
    private static string Chain(Exception error)
    {
        var text = new StringBuilder(error.Message);
        for (var inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            text.Append(": ").Append(inner.Message);
        }

        return text.ToString();
    }

    /// <summary>localMemberId becomes local-member-id, etcd's spelling of field names.</summary>
    private static string Kebab(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
