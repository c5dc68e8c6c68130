// Goal: JSON becomes the bytes that protobuf's own parser makes of it, and bytes the JSON that its own formatter makes. Method: random messages
// against Google.Protobuf as the slow twin, and single cases whose words were read off etcd's gateway.

using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using EtcdEdge.Api;
using EtcdEdge.Server.Api.Gateway;
using EtcdEdge.Server.Api.Rpc;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Xunit;

namespace EtcdEdge.Server.Tests.Gateway;

public sealed class JsonCodecTests
{
    private static readonly IReadOnlyDictionary<string, GatewayRoute> s_routes = GatewayRoutes.Build(new Dictionary<string, BoundMethod>());

    [Fact]
    public void Random_messages_of_every_path_go_both_ways_as_protobuf_has_it()
    {
        var random = new Random(20);
        foreach (var descriptor in Descriptors())
        {
            var shape = ShapeOf(descriptor);
            for (var i = 0; i < 100; i++)
            {
                var message = Random(random, descriptor, depth: 3);
                var formatter = new JsonFormatter(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(random.Next(2) == 0));
                Assert.Equal(message, descriptor.Parser.ParseFrom(ToProto(shape, formatter.Format(message))));
                var names = new JsonFormatter(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));
                var (expected, actual) = (JsonNode.Parse(names.Format(message)), JsonNode.Parse(ToJson(shape, message.ToByteArray())));
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{expected}\n{actual}");
            }
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(" \n", "")]
    [InlineData("{}", "")]
    [InlineData("""{"key":"Zm9v","range_end":"Z28="}""", """{ "key": "Zm9v", "rangeEnd": "Z28=" }""")]
    [InlineData("""{"rangeEnd":"Z28"} trailing""", """{ "rangeEnd": "Z28=" }""")]
    [InlineData("""{"key":"-_8"}""", """{ "key": "+/8=" }""")]
    [InlineData("""{"key":"Z2=="}""", """{ "key": "Zw==" }""")]
    [InlineData("""{"key":"\u005ag=="}""", """{ "key": "Zg==" }""")]
    [InlineData("""{"limit":"12","revision":13,"min_mod_revision":1.4e1}""", """{ "limit": "12", "revision": "13", "minModRevision": "14" }""")]
    [InlineData("""{"limit":"-9223372036854775808"}""", """{ "limit": "-9223372036854775808" }""")]
    [InlineData("""{"limit":null,"nope":{"a":[1,{}]},"sort_order":"NEWER"}""", "{ }")]
    [InlineData("""{"sort_order":"DESCEND","sort_target":4}""", """{ "sortOrder": "DESCEND", "sortTarget": "VALUE" }""")]
    public void What_etcd_takes_is_taken(string json, string expected)
    {
        var message = RangeRequest.Parser.ParseFrom(ToProto(s_routes["/v3/kv/range"].Request, json));
        Assert.Equal(expected.Length == 0 ? "{ }" : expected, JsonFormatter.Default.Format(message));
    }

    [Theory]
    [InlineData("/v3/kv/range", "[]", "proto: syntax error (line 1:1): unexpected token [")]
    [InlineData("/v3/kv/range", "x", "invalid character 'x' looking for beginning of value")]
    [InlineData("/v3/kv/range", """{"key":"Zg==",""", "unexpected EOF")]
    [InlineData("/v3/kv/range", """{"key":"Zm9v!"}""", "proto: (line 1:8): invalid value for bytes field key: \"Zm9v!\"")]
    [InlineData("/v3/kv/range", "{\n \"rangeEnd\": 5}", "proto: (line 2:14): invalid value for bytes field rangeEnd: 5")]
    [InlineData("/v3/kv/range", """{"limit":1.5}""", "proto: (line 1:10): invalid value for int64 field limit: 1.5")]
    [InlineData("/v3/kv/range", """{"limit":99999999999999999999}""",
        "proto: (line 1:10): invalid value for int64 field limit: 99999999999999999999")]
    [InlineData("/v3/kv/range", """{"serializable":"true"}""", "proto: (line 1:17): invalid value for bool field serializable: \"true\"")]
    [InlineData("/v3/kv/range", """{"key":"Zg==","key":"Zg=="}""", "proto: (line 1:15): duplicate field \"key\"")]
    [InlineData("/v3/kv/txn", """{"compare":[null]}""", "proto: syntax error (line 1:13): unexpected token null")]
    [InlineData("/v3/kv/txn", """{"compare":{}}""", "proto: syntax error (line 1:12): unexpected token {")]
    [InlineData("/v3/kv/txn", """{"compare":[{"version":"1","value":"YQ=="}]}""",
        "proto: (line 1:28): error parsing \"value\", oneof etcdserverpb.Compare.target_union is already set")]
    public void What_etcd_refuses_is_refused_in_its_words(string path, string json, string expected) =>
        Assert.Equal(expected, Assert.Throws<JsonRequestException>(() => ToProto(s_routes[path].Request, json)).Message);

    [Fact]
    public void Text_without_end_and_nesting_without_end_are_refused()
    {
        var shape = s_routes["/v3/kv/txn"].Request;
        var nested = string.Concat(Enumerable.Repeat("""{"success":[{"request_txn":""", 1000));
        Assert.Throws<JsonRequestException>(() => ToProto(shape, nested));
        Assert.Throws<JsonRequestException>(() => ToProto(shape, "{\"" + new string('a', 100_000)));
    }

    [Fact]
    public void Random_bytes_are_taken_or_refused_and_never_more()
    {
        var random = new Random(21);
        const string alphabet = "{}[]\":,\\ \n0123456789truefalsnkeyvalu_compare-+.Eé\u0001";
        foreach (var descriptor in Descriptors())
        {
            var shape = ShapeOf(descriptor);
            for (var i = 0; i < 300; i++)
            {
                var json = i % 2 == 0
                    ? new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => alphabet[random.Next(alphabet.Length)])])
                    : Mutated(random, JsonFormatter.Default.Format(Random(random, descriptor, 2)));
                TakeOrRefuse(shape, json, descriptor);
            }
        }
    }

    [Fact]
    public void Strings_are_escaped_as_Go_escapes_them()
    {
        var output = new ArrayBufferWriter<byte>();
        JsonText.Write("a<b>&\"\\\n\t\u0001é\u2028"u8, output);
        JsonText.Write([0xFF, (byte)'x'], output);
        Assert.Equal("\"a\\u003cb\\u003e\\u0026\\\"\\\\\\n\\t\\u0001é\\u2028\"\"\uFFFDx\"", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("""{"a":"}\"{"}{"b":1} """, 12, 7)]
    [InlineData(""" {"a":[{}]}x""", 11, 1)]
    [InlineData("1", 1)]
    public void The_end_of_each_value_is_found_however_the_text_is_cut(string text, params int[] lengths)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var pieceLength = 1; pieceLength <= bytes.Length; pieceLength++)
        {
            var boundary = new JsonBoundary();
            var at = 0;
            foreach (var length in lengths)
            {
                var start = at;
                var end = -1;
                for (; end < 0; at += end < 0 ? pieceLength : end)
                {
                    end = boundary.EndIn(bytes.AsSpan(at, Math.Min(pieceLength, bytes.Length - at)));
                }

                Assert.Equal(length, at - start);
            }
        }
    }

    private static IEnumerable<MessageDescriptor> Descriptors() =>
        new[] { KV.Descriptor, EtcdEdge.Api.Watch.Descriptor, EtcdEdge.Api.Lease.Descriptor, Cluster.Descriptor, Maintenance.Descriptor,
            EtcdEdge.Api.Auth.Descriptor }
            .SelectMany(service => service.Methods).SelectMany(method => new[] { method.InputType, method.OutputType }).Distinct();

    private static MessageShape ShapeOf(MessageDescriptor message) => MessageShape.Of(message, []);

    private static byte[] ToProto(MessageShape shape, string json)
    {
        var output = new ProtoBuffer();
        JsonRequest.Write(shape, Encoding.UTF8.GetBytes(json), output);
        return output.Written.ToArray();
    }

    private static string ToJson(MessageShape shape, byte[] message)
    {
        var output = new ArrayBufferWriter<byte>();
        JsonResponse.Write(shape, message, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>What is taken is a message that protobuf's own parser can read.</summary>
    private static void TakeOrRefuse(MessageShape shape, string json, MessageDescriptor descriptor)
    {
        byte[] bytes;
        try
        {
            bytes = ToProto(shape, json);
        }
        catch (JsonRequestException)
        {
            return;
        }

        Assert.NotNull(descriptor.Parser.ParseFrom(bytes));
    }

    private static string Mutated(Random random, string json)
    {
        var text = new StringBuilder(json);
        text[random.Next(text.Length)] = (char)random.Next(1, 128);
        return text.ToString(0, random.Next(2) == 0 ? text.Length : random.Next(text.Length + 1));
    }

    private static IMessage Random(Random random, MessageDescriptor descriptor, int depth)
    {
        var message = descriptor.Parser.ParseFrom(ReadOnlySpan<byte>.Empty.ToArray());
        var fields = descriptor.Fields.InFieldNumberOrder().Where(field => depth > 0 || field.FieldType != FieldType.Message);
        foreach (var field in fields.Where(_ => random.Next(3) > 0))
        {
            if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(message);
                for (var i = random.Next(3); i > 0; i--)
                {
                    list.Add(RandomValue(random, field, depth));
                }
            }
            else
            {
                field.Accessor.SetValue(message, RandomValue(random, field, depth));
            }
        }

        return message;
    }

    private static object RandomValue(Random random, FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Int32 => random.Next(),
        FieldType.UInt32 => (uint)random.NextInt64(0, uint.MaxValue),
        FieldType.Int64 => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
        FieldType.UInt64 => (ulong)random.NextInt64() << random.Next(2),
        FieldType.String => new string([.. Enumerable.Range(0, random.Next(8)).Select(_ => "aé<\"\\\u0002中"[random.Next(7)])]),
        FieldType.Bytes => ByteString.CopyFrom([.. Enumerable.Range(0, random.Next(300)).Select(_ => (byte)random.Next(256))]),
        FieldType.Enum => field.EnumType.Values[random.Next(field.EnumType.Values.Count)].Number,
        _ => Random(random, field.MessageType, depth - 1),
    };
}
