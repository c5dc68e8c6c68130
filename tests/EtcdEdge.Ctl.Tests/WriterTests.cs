using System.Text;
using CsCheck;
using EtcdEdge.Api;
using EtcdEdge.Cli;
using EtcdEdge.Cli.Ctl.Commands;
using EtcdEdge.Cli.Ctl.Writers;
using EtcdEdge.Cli.Output;
using Google.Protobuf;

namespace EtcdEdge.Ctl.Tests;

public sealed class WriterTests
{
    private static readonly RangeResponse s_response = new()
    {
        Header = new ResponseHeader { ClusterId = ulong.MaxValue, MemberId = 255, Revision = 3, RaftTerm = 2 },
        Kvs = { new KeyValue { Key = ByteString.CopyFrom(0xff, (byte)'k'), Value = ByteString.CopyFromUtf8("v\n<"), CreateRevision = 2,
            ModRevision = 3, Version = 1, Lease = 16 } },
        Count = 1,
    };

    [Fact]
    public void Simple_prints_bytes_as_they_are() => Assert.Equal("\udcffk\nv\n<\n", Print(OutputFormat.Simple));

    [Fact]
    public void Simple_prints_hexadecimal_bytes() => Assert.Equal("\\xff\\x6b\n\\x76\\x0a\\x3c\n", Print(OutputFormat.Simple, isHex: true));

    [Fact]
    public void Json_has_gos_names_and_numbers() => Assert.Equal(
        "{\"header\":{\"cluster_id\":18446744073709551615,\"member_id\":255,\"revision\":3,\"raft_term\":2},"
        + "\"kvs\":[{\"key\":\"/2s=\",\"create_revision\":2,\"mod_revision\":3,\"version\":1,\"value\":\"dgo8\",\"lease\":16}],\"count\":1}\n",
        Print(OutputFormat.Json));

    [Fact]
    public void Fields_quotes_bytes_as_go() => Assert.Equal(
        """
        "ClusterID" : 18446744073709551615
        "MemberID" : 255
        "Revision" : 3
        "RaftTerm" : 2
        "Key" : "\xffk"
        "CreateRevision" : 2
        "ModRevision" : 3
        "Version" : 1
        "Value" : "v\n<"
        "Lease" : 16
        "More" : false
        "Count" : 1

        """,
        Print(OutputFormat.Fields));

    [Fact]
    public void A_format_without_a_report_is_refused()
    {
        var failure = Assert.Throws<CliFailure>(() => Print(OutputFormat.Table));
        Assert.Equal((CliFailure.BadFeature, "table not supported as output format"), (failure.ExitCode, failure.Message));
    }

    [Fact]
    public void Json_text_is_escaped_as_go_escapes_it()
    {
        var written = Written(output => new GoJson(output).Text("a\"\\\n<>&\u2028\u0001é"));
        Assert.Equal("\"a\\\"\\\\\\n\\u003c\\u003e\\u0026\\u2028\\u0001é\"", written);
    }

    [Fact]
    public void Bytes_are_base64_whatever_their_length() => Gen.Byte.Array[0, 40_000].Sample(
        bytes => Assert.Equal($"\"{Convert.ToBase64String(bytes)}\"", Written(output => new GoJson(output).Bytes(ByteString.CopyFrom(bytes)))),
            iter: 50);

    [Fact]
    public void Text_and_bytes_keep_their_order_whatever_their_length() => Gen.Select(Gen.String, Gen.Byte.Array[0, 100_000]).Array[1, 5].Sample(
        parts =>
        {
            using var stream = new MemoryStream();
            using var expected = new MemoryStream();
            using (var output = new TextOutput(stream))
            {
                foreach (var (text, bytes) in parts)
                {
                    output.Write(text);
                    output.WriteBytes(bytes);
                    expected.Write(RawText.Encode(text));
                    expected.Write(bytes);
                }

                output.Flush();
            }

            Assert.Equal(expected.ToArray(), stream.ToArray());
        },
        iter: 50);

    [Fact]
    public void Member_lists_have_hexadecimal_json_identities()
    {
        var response = new MemberListResponse
        {
            Header = new ResponseHeader { ClusterId = 255, MemberId = 16 },
            Members = { new Member { ID = 255, Name = "a" } }
        };
        var written = Written(output => MemberReport.List(response).Write(output, OutputFormat.Json, isHex: true));
        Assert.Equal("{\"header\":{\"cluster_id\":\"ff\",\"member_id\":\"10\"},\"members\":[{\"ID\":\"ff\",\"name\":\"a\"}]}\n", written);
    }

    [Fact]
    public void Tables_have_plus_and_minus_borders()
    {
        var response = new MemberListResponse { Members = { new Member { ID = 255, Name = "a" } } };
        var written = Written(output => MemberReport.List(response).Write(output, OutputFormat.Table, isHex: false));
        Assert.Equal(
            """
            +----+---------+------+------------+--------------+------------+
            | ID | STATUS  | NAME | PEER ADDRS | CLIENT ADDRS | IS LEARNER |
            +----+---------+------+------------+--------------+------------+
            | ff | started |    a |            |              |      false |
            +----+---------+------+------------+--------------+------------+

            """,
            written);
    }

    private static string Print(OutputFormat format, bool isHex = false) =>
        Written(output => GetCommand.Report(s_response).Write(output, format, isHex));

    private static string Written(Action<TextOutput> write)
    {
        using var stream = new MemoryStream();
        using (var output = new TextOutput(stream))
        {
            write(output);
            output.Flush();
        }

        return RawText.Decode(stream.ToArray());
    }
}
