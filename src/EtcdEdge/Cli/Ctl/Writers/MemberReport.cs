using EtcdEdge.Api;
using Google.Protobuf;

namespace EtcdEdge.Cli.Ctl.Writers;

/// <summary>Responses about members. With --hex, their JSON has hexadecimal identities.</summary>
internal static class MemberReport
{
    public static TableRows Table(IEnumerable<Member> members) => new(
        ["ID", "Status", "Name", "Peer Addrs", "Client Addrs", "Is Learner"],
        [.. members.Select(member => new[]
        {
            $"{member.ID:x}",
            member.Name.Length == 0 ? "unstarted" : "started",
            member.Name,
            string.Join(',', member.PeerURLs),
            string.Join(',', member.ClientURLs),
            GoText.Bool(member.IsLearner),
        })]);

    public static Report List(MemberListResponse response)
    {
        var table = Table(response.Members);
        return new Report
        {
            Message = response,
            Simple = table.WriteSimple,
            Table = table,
            Json = json => WriteJson(json, response, response.Header, null, response.Members),
            Fields = writer =>
            {
                writer.Header(response.Header);
                foreach (var member in response.Members)
                {
                    WriteFields(writer, member);
                }
            },
        };
    }

    /// <summary>A change of the members: one line.</summary>
    public static Report Change(IMessage response, ResponseHeader header, Member? member, IReadOnlyCollection<Member> members, string line) => new()
    {
        Message = response,
        Simple = writer => writer.Line(line),
        Json = json => WriteJson(json, response, header, member, members),
    };

    private static void WriteJson(GoJson json, IMessage response, ResponseHeader header, Member? member, IReadOnlyCollection<Member> members)
    {
        if (!json.IsHex)
        {
            json.Message(response);
            return;
        }

        json.Begin('{').Name("header");
        WriteHeader(json, header);
        if (member is not null)
        {
            json.Name("member");
            WriteMember(json, member);
        }

        json.Name("members").Begin('[');
        foreach (var one in members)
        {
            WriteMember(json, one);
        }

        json.End(']').End('}');
    }

    private static void WriteHeader(GoJson json, ResponseHeader header)
    {
        json.Begin('{').Name("cluster_id").Text($"{header.ClusterId:x}").Name("member_id").Text($"{header.MemberId:x}");
        if (header.Revision != 0)
        {
            json.Name("revision").Number(header.Revision);
        }

        if (header.RaftTerm != 0)
        {
            json.Name("raft_term").Number(header.RaftTerm);
        }

        json.End('}');
    }

    private static void WriteMember(GoJson json, Member member)
    {
        var rest = member.Clone();
        rest.ID = 0;
        json.Begin('{').Name("ID").Text($"{member.ID:x}").Members(rest).End('}');
    }

    private static void WriteFields(FieldsWriter writer, Member member)
    {
        writer.Id("ID", member.ID);
        writer.Quoted("Name", member.Name);
        foreach (var url in member.PeerURLs)
        {
            writer.Quoted("PeerURL", url);
        }

        foreach (var url in member.ClientURLs)
        {
            writer.Quoted("ClientURL", url);
        }

        writer.Bool("IsLearner", member.IsLearner);
        writer.Blank();
    }
}
