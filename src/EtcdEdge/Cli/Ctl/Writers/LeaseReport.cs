using EtcdEdge.Api;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace EtcdEdge.Cli.Ctl.Writers;

/// <summary>Responses about leases. Go's client keeps the members of the header among those of the response.</summary>
internal static class LeaseReport
{
    /// <summary>A response whose members have no JSON names of their own in Go's client.</summary>
    public static GoJson Begin(GoJson json, ResponseHeader header, long id, long ttl) =>
        json.Begin('{').Members(header).Name("ID").Number(id).Name("TTL").Number(ttl);

    public static void WriteFields(FieldsWriter writer, ResponseHeader header, long id, long ttl)
    {
        writer.Header(header);
        writer.Lease("ID", id);
        writer.Number("TTL", ttl);
    }

    public static Report KeepAlive(LeaseKeepAliveResponse response) => new()
    {
        GoType = "*clientv3.LeaseKeepAliveResponse",
        Simple = writer => writer.Line($"lease {response.ID:x16} keepalived with TTL({response.TTL})"),
        Fields = writer => WriteFields(writer, response.Header, response.ID, response.TTL),
        Json = json => Begin(json, response.Header, response.ID, response.TTL).End('}'),
    };

    public static Report List(LeaseLeasesResponse response) => new()
    {
        GoType = "*clientv3.LeaseLeasesResponse",
        Simple = writer =>
        {
            writer.Line($"found {response.Leases.Count} leases");
            foreach (var lease in response.Leases)
            {
                writer.Line($"{lease.ID:x16}");
            }
        },
        Fields = writer =>
        {
            writer.Header(response.Header);
            foreach (var lease in response.Leases)
            {
                writer.Lease("ID", lease.ID);
            }
        },
        Json = json =>
        {
            json.Begin('{').Members(response.Header).Name("leases").Begin('[');
            foreach (var lease in response.Leases)
            {
                json.Begin('{').Name("id").Number(lease.ID).End('}');
            }

            json.End(']').End('}');
        },
    };

    public static Report TimeToLive(LeaseTimeToLiveResponse response, bool hasKeys) => new()
    {
        GoType = "*clientv3.LeaseTimeToLiveResponse",
        Simple = writer => WriteTimeToLive(writer, response, hasKeys),
        Fields = writer =>
        {
            WriteFields(writer, response.Header, response.ID, response.TTL);
            writer.Number("GrantedTTL", response.GrantedTTL);
            foreach (var key in response.Keys)
            {
                writer.Quoted("Key", key);
            }
        },
        Json = json =>
        {
            json.Begin('{').Members(response.Header).Name("id").Number(response.ID).Name("ttl").Number(response.TTL);
            json.Name("granted-ttl").Number(response.GrantedTTL).Name("keys");
            WriteKeys(json, response.Keys);
            json.End('}');
        },
    };

    private static void WriteTimeToLive(SimpleWriter writer, LeaseTimeToLiveResponse response, bool hasKeys)
    {
        if (response is { GrantedTTL: 0, TTL: -1 })
        {
            writer.Line($"lease {response.ID:x16} already expired");
            return;
        }

        var keys = hasKeys ? $", attached keys([{string.Join(' ', response.Keys.Select(key => RawText.Decode(key.Span)))}])" : "";
        writer.Line($"lease {response.ID:x16} granted with TTL({response.GrantedTTL}s), remaining({response.TTL}s){keys}");
    }

    private static void WriteKeys(GoJson json, RepeatedField<ByteString> keys)
    {
        if (keys.Count == 0)
        {
            json.Literal("null");
            return;
        }

        json.Begin('[');
        foreach (var key in keys)
        {
            json.Bytes(key);
        }

        json.End(']');
    }
}
