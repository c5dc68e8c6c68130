using System.Globalization;
using EtcdEdge.Api;
using EtcdEdge.Cli.Output;
using Google.Protobuf;

namespace EtcdEdge.Cli.Ctl.Writers;

/// <summary>The format "fields": a line <c>"Name" : value</c> for each.</summary>
internal sealed class FieldsWriter(TextOutput output, bool isHex)
{
    public TextOutput Output => output;

    public void Line(string name, string value) => output.WriteLine($"\"{name}\" : {value}");

    public void Number(string name, long value) => Line(name, value.ToString(CultureInfo.InvariantCulture));

    public void Number(string name, ulong value) => Line(name, value.ToString(CultureInfo.InvariantCulture));

    public void Bool(string name, bool value) => Line(name, GoText.Bool(value));

    public void Quoted(string name, string value) => Line(name, GoText.Quote(value));

    public void Quoted(string name, ByteString value) => Line(name, GoText.Quote(value.Span));

    /// <summary>An identity of a member or cluster.</summary>
    public void Id(string name, ulong value) => Line(name, value.ToString(isHex ? "x" : "d", CultureInfo.InvariantCulture));

    public void Lease(string name, long value) => Line(name, value.ToString(isHex ? "x16" : "d", CultureInfo.InvariantCulture));

    public void Blank() => output.WriteLine();

    public void Header(ResponseHeader? header)
    {
        Id("ClusterID", header?.ClusterId ?? 0);
        Id("MemberID", header?.MemberId ?? 0);
        if (header?.Revision > 0)
        {
            Number("Revision", header.Revision);
        }

        Number("RaftTerm", header?.RaftTerm ?? 0);
    }

    /// <summary>The members of a pair; <paramref name="prefix"/> precedes their names.</summary>
    public void KeyValue(string prefix, KeyValue pair)
    {
        Quoted(prefix + "Key", pair.Key);
        Number(prefix + "CreateRevision", pair.CreateRevision);
        Number(prefix + "ModRevision", pair.ModRevision);
        Number(prefix + "Version", pair.Version);
        Quoted(prefix + "Value", pair.Value);
        Lease(prefix + "Lease", pair.Lease);
    }
}
