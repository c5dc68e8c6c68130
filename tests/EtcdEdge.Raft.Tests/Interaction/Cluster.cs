using System.Globalization;
using System.Text;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Tests.Harness;
using Command = EtcdEdge.Testing.DataDriven.Command;

namespace EtcdEdge.Raft.Tests.Interaction;

/// <summary>
/// The cluster the fixtures talk to. Nothing happens by itself: messages wait in the network until delivered, writes until flushed.
/// Add <c>quiet</c> to any command to drop its trace.
/// </summary>
internal sealed class Cluster
{
    private readonly SortedDictionary<ulong, Member> _members = [];
    private readonly List<Message> _network = [];
    private readonly HashSet<ulong> _isolated = [];
    private readonly HashSet<ulong> _stalled = [];
    private readonly StringBuilder _output = new();

    public string Run(Command command)
    {
        _output.Clear();
        Execute(command);
        return command.Has("quiet") ? "ok" : _output.Length == 0 ? "ok" : _output.ToString();
    }

    private void Execute(Command command)
    {
        switch (command.Name)
        {
            case "add-nodes":
                AddNodes(command);
                break;
            case "ready":
                Ready(Member(command));
                break;
            case "flush":
                Flush(Member(command), (int)command.Number("count", int.MaxValue));
                break;
            case "deliver":
                Deliver(command.Id(0), Selected(command));
                break;
            case "drop":
                Drop(command);
                break;
            case "stabilize":
                Stabilize(command.Args.Where(arg => arg != "quiet").Select(Id).ToHashSet());
                break;
            case "isolate" or "rejoin" or "stall-disk" or "unstall-disk":
                Disturb(command.Name, command.Id(0));
                break;
            case "crash":
                Crash(command);
                break;
            default:
                Call(command, Member(command));
                break;
        }
    }

    private void Call(Command command, Member member)
    {
        var raft = member.Raft;
        switch (command.Name)
        {
            case "campaign":
                Say(member.Do(r => r.Campaign()), "may not campaign");
                break;
            case "tick":
                for (var i = command.Number("count", 1); i > 0; i--)
                {
                    member.Do(r => r.Tick());
                }

                break;
            case "propose":
                Say(member.Do(r => r.Propose(Payload(command))));
                break;
            case "propose-conf":
                Say(member.Do(r => r.ProposeConfChange(ConfChanges.Parse(command))));
                break;
            case "read":
                Say(member.Do(r => r.ReadIndex(command.Id(1))), "no leader known");
                break;
            case "transfer":
                Say(member.Do(r => r.TransferLeadership(command.Id(1))), "refused");
                break;
            case "hand-over":
                member.Do(r => _output.Append(CultureInfo.InvariantCulture, $"to {r.HandOver()}\n"));
                break;
            case "forget-leader":
                Say(member.Do(r => r.ForgetLeader()), "refused");
                break;
            case "report-dead":
                member.Do(r => r.ReportDead(command.Id(1)));
                break;
            case "compact":
                Assert.True(member.Checkpoint(keep: raft.AppliedIndex - command.Id(1)));
                break;
            case "report-unreachable":
                member.Do(r => r.ReportUnreachable(command.Id(1)));
                break;
            case "report-snapshot":
                member.Do(r => r.ReportSnapshot(command.Id(1), !command.Has("failed")));
                break;
            case "set-timing":
                member.Do(r => r.SetTiming((int)command.Number("election", 10), (int)command.Number("heartbeat", 1)));
                break;
            case "status":
                Status(raft);
                break;
            case "log":
                Log(raft);
                break;
            default:
                throw new ArgumentException($"{command.Position}: unknown command {command.Name}");
        }
    }

    private void AddNodes(Command command)
    {
        var count = (int)command.Id(0);
        var firstId = _members.Count == 0 ? 1 : _members.Keys.Max() + 1;
        var conf = ConfChanges.Members(command);
        var index = (ulong)command.Number("index", conf.Voters.Count == 0 ? 0 : 10);
        for (var id = firstId; id < firstId + (ulong)count; id++)
        {
            var disk = new MemberDisk { Start = new SnapshotMetadata(index, index == 0 ? 0ul : 1, conf) };
            disk.Hard = index == 0 ? default : new HardState(1, 0, index);
            _members[id] = new Member(Options(command, id), disk, _network.Add, (_, _) => { });
        }
    }

    private static RaftOptions Options(Command command, ulong id) => new()
    {
        Id = id,
        Seed = 1,
        ElectionTicks = (int)command.Number("election", 10),
        HeartbeatTicks = (int)command.Number("heartbeat", 1),
        PreVote = command.Has("prevote"),
        CheckQuorum = command.Has("checkquorum"),
        ReadOnly = command.Has("lease") ? ReadOnlyOption.LeaseBased : ReadOnlyOption.Safe,
        MaxEntryBytesPerMessage = command.Number("message-bytes", 1 << 20),
        MaxInflightMessages = (int)command.Number("inflight", 512),
        MaxInflightBytes = command.Number("inflight-bytes", 16 << 20),
        MaxUncommittedBytes = command.Number("uncommitted-bytes", 64 << 20),
    };

    private void Ready(Member member)
    {
        if (member.Raft.HasReady)
        {
            member.RunReady(ready => _output.Append(Trace.Text(member.Id, ready)));
        }
        else
        {
            _output.Append(CultureInfo.InvariantCulture, $"> {member.Id} has nothing\n");
        }
    }

    private void Flush(Member member, int count)
    {
        for (; count > 0 && member.FlushOne() is { } write; count--)
        {
            if (write.MustFlush)
            {
                _output.Append(CultureInfo.InvariantCulture, $"> {member.Id} flushed {write.Number}\n");
            }
        }
    }

    private void Deliver(ulong id, Predicate<Message> selected)
    {
        var messages = _network.FindAll(message => message.To == id && selected(message));
        _network.RemoveAll(message => message.To == id && selected(message));
        foreach (var message in messages)
        {
            Deliver(message);
        }
    }

    private void Deliver(Message message)
    {
        if (_isolated.Contains(message.To) || _isolated.Contains(message.From) || !_members.TryGetValue(message.To, out var member))
        {
            _output.Append(CultureInfo.InvariantCulture, $"> lost {message.From}->{message.To} {message.Type}\n");
            return;
        }

        _output.Append(CultureInfo.InvariantCulture, $"> {message.To} receives {message.Type} from {message.From}\n");
        member.Do(raft => raft.Step(message));
        if (message.Type == MessageType.Snapshot)
        {
            _members[message.From].Do(raft => raft.ReportSnapshot(message.To, ok: true));
        }
    }

    private void Drop(Command command)
    {
        var selected = Selected(command);
        foreach (var message in _network.FindAll(selected))
        {
            _output.Append(CultureInfo.InvariantCulture, $"> lost {Trace.Text(message)}\n");
        }

        _network.RemoveAll(selected);
    }

    private static Predicate<Message> Selected(Command command) => message =>
        (!command.Options.TryGetValue("to", out var to) || message.To == Id(to))
        && (!command.Options.TryGetValue("from", out var from) || message.From == Id(from))
        && (!command.Options.TryGetValue("type", out var type) || type.Split(',').Contains(message.Type.ToString()));

    /// <summary>Runs the named members, or all, until nothing more happens.</summary>
    private void Stabilize(HashSet<ulong> only)
    {
        var members = _members.Values.Where(member => only.Count == 0 || only.Contains(member.Id)).ToArray();
        for (var busy = true; busy;)
        {
            busy = false;
            foreach (var member in members.Where(member => member.Raft.HasReady))
            {
                Ready(member);
                busy = true;
            }

            foreach (var member in members.Where(member => member.Writes.Count > 0 && !_stalled.Contains(member.Id)))
            {
                Flush(member, int.MaxValue);
                busy = true;
            }

            foreach (var member in members.Where(member => _network.Exists(message => message.To == member.Id)))
            {
                Deliver(member.Id, _ => true);
                busy = true;
            }
        }
    }

    private void Disturb(string how, ulong id)
    {
        var set = how is "isolate" or "rejoin" ? _isolated : _stalled;
        if (how is "isolate" or "stall-disk")
        {
            set.Add(id);
        }
        else
        {
            set.Remove(id);
        }
    }

    private void Crash(Command command)
    {
        var member = Member(command);
        member.Crash((int)command.Number("written", 0), tornEntries: 0);
        var restarted = new Member(member.Options, member.Disk, _network.Add, (_, _) => { });
        _members[member.Id] = restarted;
        var raft = restarted.Raft;
        _output.Append(CultureInfo.InvariantCulture, $"{member.Id} restarted: {Trace.Text(member.Disk.Hard)} last={raft.LastIndex}\n");
    }

    private void Status(RaftNode raft)
    {
        var status = raft.GetStatus();
        _output.Append(CultureInfo.InvariantCulture, $"{raft.Id} {raft.Role} leader={raft.Leader} {Trace.Text(status.HardState)} ");
        _output.Append(CultureInfo.InvariantCulture, $"applied={status.Applied} flushed={status.Flushed} ");
        _output.Append(CultureInfo.InvariantCulture, $"last={status.LastIndex} {status.ConfState}\n");
        foreach (var peer in status.Peers)
        {
            _output.Append(CultureInfo.InvariantCulture, $"  {peer.Id}: {peer.State} match={peer.Match} next={peer.Next}");
            _output.Append(peer.IsLearner ? " learner" : "").Append(peer.RecentlyActive ? "" : " inactive");
            _output.Append(peer.InflightMessages > 0 ? $" inflight={peer.InflightMessages}" : "");
            _output.Append(peer.PendingSnapshot > 0 ? $" snapshot={peer.PendingSnapshot}" : "").Append('\n');
        }
    }

    private void Log(RaftNode raft)
    {
        for (var index = raft.FirstIndex; index <= raft.LastIndex; index++)
        {
            _output.Append(Trace.Text(raft.EntryAt(index))).Append('\n');
        }
    }

    private static byte[] Payload(Command command) => command.Options.ContainsKey("size")
        ? new byte[command.Number("size", 0)]
        : Encoding.ASCII.GetBytes(command.Args.ElementAtOrDefault(1) ?? "");

    private Member Member(Command command) => _members[command.Id(0)];

    private void Say(bool ok, string otherwise) => _output.Append(ok ? "" : otherwise);

    private void Say(ProposeResult result) =>
        _output.Append(result.Accepted ? $"accepted at {result.Term}/{result.Index}" : result.Outcome.ToString());

    private static ulong Id(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
