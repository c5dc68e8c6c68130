using System.Text;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft.Tests.Harness;

/// <summary>Messages, entries and Readys in words, for fixtures and for failures.</summary>
internal static class Trace
{
    public static string Text(Message m)
    {
        var text = new StringBuilder($"{m.From}->{m.To} {m.Type}");
        text.Append(m.Term > 0 ? $" term={m.Term}" : "");
        text.Append(m.Type switch
        {
            MessageType.Append => $" after={m.LogTerm}/{m.Index} commit={m.Commit}{Entries(m.Entries)}",
            MessageType.AppendResponse when m.Reject => $" refused={m.Index} hint={m.LogTerm}/{m.RejectHint}",
            MessageType.AppendResponse => $" index={m.Index}",
            MessageType.Vote or MessageType.PreVote => $" last={m.LogTerm}/{m.Index}{(m.Force ? " force" : "")}",
            MessageType.VoteResponse or MessageType.PreVoteResponse => m.Reject ? " no" : " yes",
            MessageType.Heartbeat => $" commit={m.Commit} round={m.Context}",
            MessageType.HeartbeatResponse => $" round={m.Context}",
            MessageType.Snapshot => $" {Text(m.Snapshot!)}",
            MessageType.ReadIndex => $" context={m.Context}",
            MessageType.ReadIndexResponse => $" context={m.Context} index={m.Index}",
            _ => "",
        });
        return text.ToString();
    }

    public static string Text(Entry entry)
    {
        var what = entry.Type == EntryType.Normal ? Data(entry.Data) : Text(ConfChange.Decode(entry.Data));
        return $"{entry.Term}/{entry.Index} {what}";
    }

    public static string Text(ConfChange change)
    {
        var steps = change.Changes.Select(step => step.Type switch
        {
            ConfChangeType.AddVoter => $"v{step.Id}",
            ConfChangeType.AddLearner => $"l{step.Id}",
            _ => $"r{step.Id}",
        });
        return change.LeavesJoint ? "leave-joint" : $"{change.Transition}({string.Join(' ', steps)})";
    }

    public static string Text(SnapshotMetadata snapshot) => $"snapshot={snapshot.Term}/{snapshot.Index} {snapshot.ConfState}";

    public static string Text(HardState hard) => $"term={hard.Term} vote={hard.Vote} commit={hard.Commit}";

    public static string Text(ulong id, Ready ready)
    {
        var text = new StringBuilder($"> {id} ready {ready.Number}{(ready.MustFlush ? " must flush" : "")}\n");
        Add(text, "state", ready.SoftState is { } soft ? $"{soft.Role} leader={soft.Leader} term={soft.Term}" : null);
        Add(text, "install", ready.Snapshot is { } snapshot ? Text(snapshot) : null);
        Add(text, "append", List(ready.Entries));
        Add(text, "hard", ready.HardState is { } hard ? Text(hard) : null);
        ready.Messages.ForEach(message => Add(text, "send", Text(message)));
        ready.MessagesAfterFlush.ForEach(message => Add(text, "after flush", Text(message)));
        Add(text, "apply", List(ready.CommittedEntries));
        ready.ReadStates.ForEach(read => Add(text, "read", $"context={read.Context} index={read.Index}"));
        return text.ToString();
    }

    private static string Data(ReadOnlyMemory<byte> data)
    {
        var printable = data.Length <= 20 && data.Span.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
        return printable ? $"\"{Encoding.ASCII.GetString(data.Span)}\"" : $"{data.Length} bytes";
    }

    private static string Entries(ReadOnlyMemory<Entry> entries) => entries.Length == 0 ? "" : $" [{List(entries.ToArray())}]";

    private static string? List(IReadOnlyCollection<Entry> entries) => entries.Count == 0 ? null : string.Join(", ", entries.Select(Text));

    private static void Add(StringBuilder text, string label, string? value)
    {
        if (value is not null)
        {
            text.Append("  ").Append(label).Append(": ").Append(value).Append('\n');
        }
    }
}
