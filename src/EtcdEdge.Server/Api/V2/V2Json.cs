using System.Buffers;
using System.Globalization;
using System.Text;
using EtcdEdge.Server.Api.Gateway;
using EtcdEdge.StateMachine.V2;

namespace EtcdEdge.Server.Api.V2;

/// <summary>Events and errors as etcd writes them: field order, omitted empties, Go's string escapes, a line feed at the end.</summary>
internal sealed class V2Json(long nowNanos)
{
    private readonly ArrayBufferWriter<byte> _output = new();

    /// <param name="happened">The event.</param>
    /// <param name="recursive">Directories below the node show what they hold.</param>
    /// <param name="withNodes">False: the action alone.</param>
    /// <param name="nowNanos">The wall clock, from which the TTLs left are counted.</param>
    public static ReadOnlyMemory<byte> Event(V2Event happened, bool recursive, bool withNodes, long nowNanos)
    {
        var json = new V2Json(nowNanos);
        json.Raw($"{{\"action\":\"{NameOf(happened.Action)}\"");
        if (withNodes)
        {
            json.Raw(",\"node\":");
            json.Node(happened.Node, isTop: true, recursive);
            if (happened.Previous is { } previous)
            {
                json.Raw(",\"prevNode\":");
                json.Node(previous, isTop: false, recursive: false);
            }
        }

        json.Raw("}\n");
        return json._output.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Error(V2Error error)
    {
        var json = new V2Json(0);
        json.Raw($"{{\"errorCode\":{(int)error.Code},\"message\":\"{TextOf(error.Code)}\"");
        if (error.Cause.Length > 0)
        {
            json.Raw(",\"cause\":");
            JsonText.Write(error.Cause, json._output);
        }

        json.Raw(Invariant($",\"index\":{error.Index}}}\n"));
        return json._output.WrittenMemory;
    }

    public static int StatusOf(V2ErrorCode code) => code switch
    {
        V2ErrorCode.KeyNotFound => 404,
        V2ErrorCode.NotFile or V2ErrorCode.DirectoryNotEmpty => 403,
        V2ErrorCode.Unauthorized => 401,
        V2ErrorCode.TestFailed or V2ErrorCode.NodeExists => 412,
        V2ErrorCode.RaftInternal or V2ErrorCode.LeaderElect => 500,
        _ => 400,
    };

    private static string NameOf(V2Action action) => char.ToLowerInvariant(action.ToString()[0]) + action.ToString()[1..];

    private static string TextOf(V2ErrorCode code) => code switch
    {
        V2ErrorCode.KeyNotFound => "Key not found",
        V2ErrorCode.TestFailed => "Compare failed",
        V2ErrorCode.NotFile => "Not a file",
        V2ErrorCode.NotDirectory => "Not a directory",
        V2ErrorCode.NodeExists => "Key already exists",
        V2ErrorCode.RootReadOnly => "Root is read only",
        V2ErrorCode.DirectoryNotEmpty => "Directory not empty",
        V2ErrorCode.Unauthorized => "The request requires user authentication",
        V2ErrorCode.PrevValueRequired => "PrevValue is Required in POST form",
        V2ErrorCode.TtlNotNumber => "The given TTL in POST form is not a number",
        V2ErrorCode.IndexNotNumber => "The given index in POST form is not a number",
        V2ErrorCode.InvalidField => "Invalid field",
        V2ErrorCode.InvalidForm => "Invalid POST form",
        V2ErrorCode.RefreshValue => "Value provided on refresh",
        V2ErrorCode.RefreshTtlRequired => "A TTL must be provided on refresh",
        V2ErrorCode.LeaderElect => "During Leader Election",
        V2ErrorCode.EventIndexCleared => "The event in requested index is outdated and cleared",
        _ => "Raft Internal Error",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Raw(string text) => _output.Write(Encoding.UTF8.GetBytes(text));

    // The root has no key: etcd cuts the prefix off where it keeps the keys.
    private void Node(V2Node node, bool isTop, bool recursive)
    {
        var separator = "{";
        if (node.Path != "/")
        {
            Next(ref separator, "key");
            JsonText.Write(node.Path, _output);
        }

        if (node.Value is not null)
        {
            Next(ref separator, "value");
            JsonText.Write(node.Value, _output);
        }

        if (node.IsDirectory)
        {
            Next(ref separator, "dir");
            Raw("true");
        }

        Ttl(node, ref separator);
        if (isTop || recursive)
        {
            Nodes(node, recursive, ref separator);
        }

        Index(node.ModifiedIndex, "modifiedIndex", ref separator);
        Index(node.CreatedIndex, "createdIndex", ref separator);
        Raw(separator == "{" ? "{}" : "}");
    }

    private void Nodes(V2Node node, bool recursive, ref string separator)
    {
        var isFirst = true;
        foreach (var child in node.Children.Values.Where(child => !child.IsHidden))
        {
            if (isFirst)
            {
                Next(ref separator, "nodes");
            }

            Raw(isFirst ? "[" : ",");
            Node(child, isTop: false, recursive);
            isFirst = false;
        }

        if (!isFirst)
        {
            Raw("]");
        }
    }

    private void Ttl(V2Node node, ref string separator)
    {
        if (node.ExpirationNanos == 0)
        {
            return;
        }

        Next(ref separator, "expiration");
        var (seconds, nanos) = Math.DivRem(node.ExpirationNanos, 1_000_000_000);
        var fraction = nanos == 0 ? "" : "." + nanos.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        Raw(Invariant($"\"{DateTimeOffset.FromUnixTimeSeconds(seconds):yyyy-MM-ddTHH:mm:ss}{fraction}Z\""));
        var left = node.ExpirationNanos - nowNanos;
        var ttl = (left / 1_000_000_000) + (left % 1_000_000_000 > 0 ? 1 : 0);
        if (ttl != 0)
        {
            Next(ref separator, "ttl");
            Raw(Invariant($"{ttl}"));
        }
    }

    private void Index(ulong index, string name, ref string separator)
    {
        if (index != 0)
        {
            Next(ref separator, name);
            Raw(Invariant($"{index}"));
        }
    }

    private void Next(ref string separator, string name)
    {
        Raw($"{separator}\"{name}\":");
        separator = ",";
    }
}
