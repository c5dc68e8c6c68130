using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;
using Google.Protobuf;

namespace EtcdEdge.Cli.Ctl.Writers;

/// <summary>The permissions of a role.</summary>
internal static class RoleReport
{
    private const string Root = "root";

    public static Report Get(string role, AuthRoleGetResponse response) => new()
    {
        Message = response,
        Simple = writer => WriteSimple(writer, role, response),
        Fields = writer =>
        {
            writer.Header(response.Header);
            foreach (var permission in response.Perm)
            {
                writer.Line("PermType", " " + TypeName(permission.PermType));
                writer.Quoted("Key", permission.Key);
                writer.Quoted("RangeEnd", permission.RangeEnd);
            }
        },
    };

    private static void WriteSimple(SimpleWriter writer, string role, AuthRoleGetResponse response)
    {
        writer.Line($"Role {role}");
        if (role == Root && response.Perm.Count == 0)
        {
            writer.Line("KV Read:\n\t[, <open ended>\nKV Write:\n\t[, <open ended>");
            return;
        }

        WritePart(writer, "KV Read:", response.Perm.Where(one => one.PermType != Permission.Types.Type.Write));
        WritePart(writer, "KV Write:", response.Perm.Where(one => one.PermType != Permission.Types.Type.Read));
    }

    private static void WritePart(SimpleWriter writer, string title, IEnumerable<Permission> permissions)
    {
        writer.Line(title);
        foreach (var permission in permissions)
        {
            writer.Line("\t" + Range(permission.Key, permission.RangeEnd));
        }
    }

    private static string Range(ByteString key, ByteString end)
    {
        var start = RawText.Decode(key.Span);
        return end.IsEmpty ? start
            : (end == KeyRange.Zero ? $"[{start}, <open ended>" : $"[{start}, {RawText.Decode(end.Span)})")
                + (!key.IsEmpty && KeyRange.PrefixEnd(key) == end ? $" (prefix {start})" : "");
    }

    private static string TypeName(Permission.Types.Type type) => type switch
    {
        Permission.Types.Type.Read => "READ",
        Permission.Types.Type.Write => "WRITE",
        _ => "READWRITE",
    };
}
