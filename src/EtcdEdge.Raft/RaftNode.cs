using EtcdEdge.Base;
using EtcdEdge.Raft.Log;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Progress;

namespace EtcdEdge.Raft;

/// <summary>
/// One member of a Raft group: messages, ticks and proposals go in, a <see cref="Ready"/> comes out. Pure: it has one caller, no clock, no disk, no
/// network and no threads, and the same inputs give the same outputs. The contract is in DESIGN.md. Each role's handlers are in the part named after
/// it.
/// </summary>
public sealed partial class RaftNode
{
    private readonly RaftOptions _options;
    private readonly RaftLog _log;
    private readonly ProgressTracker _tracker;
    private readonly Dictionary<ulong, bool> _votes = [];
    private SplitMix64 _random;
    private int _electionTicks;
    private int _heartbeatTicks;

    // Ticks since this member was created; the leader records with it when messages arrive.
    private ulong _tick;
    private int _electionElapsed;
    private int _electionTimeout;

    // Set by TimeoutNow when a membership change has to be applied before the campaign may start.
    private ulong _deferredCampaignTerm;

    // A follower that promised a lease and crashed has forgotten the promise: until one election timeout has passed it acts as if it gave one.
    private bool _leaseMayBeOut;

    /// <summary>
    /// Creates a member. <paramref name="start"/> is the point after which the log starts, <paramref name="entries"/> what is on the disk after it.
    /// Throws <see cref="ArgumentException"/> for invalid options, <see cref="InvariantException"/> for a log that contradicts itself or lacks
    /// entries that the hard state declares committed.
    /// </summary>
    public RaftNode(RaftOptions options, HardState hardState, SnapshotMetadata start, IReadOnlyList<Entry> entries)
    {
        options.Validate();
        _options = options;
        _random = new SplitMix64(options.Seed ^ (options.Id * 0x9E3779B97F4A7C15));
        _electionTicks = options.ElectionTicks;
        _heartbeatTicks = options.HeartbeatTicks;
        _log = LoadLog(start, entries, Math.Max(hardState.Commit, start.Index), options.Applied);
        _tracker = new ProgressTracker(options);
        _tracker.Switch(start.ConfState, _log.LastIndex + 1, _tick);
        (Term, Vote) = (hardState.Term, hardState.Vote);
        if (_log.LastTerm > Term)
        {
            // The tail was cut between entries and the hard state written after them. No promise of that term ever left this member.
            (Term, Vote) = (_log.LastTerm, 0);
        }

        _emittedHard = hardState;
        _emittedSoft = new SoftState(0, Role.Follower, hardState.Term);
        _leaseMayBeOut = options.ReadOnly == ReadOnlyOption.LeaseBased && Term > 0;
        ResetElectionTimer();
    }

    /// <summary>This member.</summary>
    public ulong Id => _options.Id;

    /// <summary>The latest term it has seen.</summary>
    public ulong Term { get; private set; }

    /// <summary>The member it voted for in <see cref="Term"/>; 0 is none.</summary>
    public ulong Vote { get; private set; }

    /// <summary>The leader of <see cref="Term"/>; 0 is unknown.</summary>
    public ulong Leader { get; private set; }

    /// <summary>Its role.</summary>
    public Role Role { get; private set; }

    /// <summary>The membership as of the last applied change.</summary>
    public ConfState ConfState => _tracker.Config;

    /// <summary>The oldest entry still held in memory; one more than the newest when none is.</summary>
    public ulong FirstIndex => _log.FirstIndex;

    /// <summary>The newest entry.</summary>
    public ulong LastIndex => _log.LastIndex;

    /// <summary>The highest index known to be committed.</summary>
    public ulong CommitIndex => _log.Committed;

    /// <summary>The highest index reported as applied. A snapshot counts from the moment it is accepted, before it is installed.</summary>
    public ulong AppliedIndex => _log.Applied;

    /// <summary>The highest index durable on this member. A snapshot counts from the moment it is accepted, before it is installed.</summary>
    public ulong FlushedIndex => _log.Flushed;

    /// <summary>Payload bytes the log holds in memory.</summary>
    public long LogBytes => _log.Bytes;

    private bool IsLeader => Role == Role.Leader;

    /// <summary>One tick of the caller's clock has passed. Overdue ticks come before any other input, or a lease could be trusted too long.</summary>
    public void Tick()
    {
        _tick++;
        _electionElapsed++;
        _leaseMayBeOut &= _electionElapsed < _electionTicks;
        if (IsLeader)
        {
            TickLeader();
        }
        else if (_electionElapsed >= _electionTimeout && !Campaign())
        {
            // It may not campaign, and has no leader either: a vote must not be refused for the sake of a silent leader.
            Leader = 0;
            ResetElectionTimer();
        }
    }

    /// <summary>
    /// A message of another member. Late, doubled and reordered ones are harmless; one that no member of this protocol could send ends
    /// the process.
    /// </summary>
    public void Step(Message message)
    {
        if (message.To != Id || message.From == Id)
        {
            return;
        }

        if (message.Type is MessageType.ReadIndex or MessageType.ReadIndexResponse)
        {
            StepRead(message);
        }
        else if (message.Term < Term)
        {
            AnswerStale(message);
        }
        else if (message.Term == Term || EnterTermOf(message))
        {
            Dispatch(message);
        }
    }

    /// <summary>
    /// Changes the times, in ticks. All members should use about the same election timeout; with lease-based reads exactly the same.
    /// </summary>
    public void SetTiming(int electionTicks, int heartbeatTicks)
    {
        (_options with { ElectionTicks = electionTicks, HeartbeatTicks = heartbeatTicks }).Validate();
        (_electionTicks, _heartbeatTicks) = (electionTicks, heartbeatTicks);
        DrawElectionTimeout();
    }

    /// <summary>
    /// The caller has applied everything up to <paramref name="index"/>, membership changes included; reported before the next Ready is taken.
    /// </summary>
    public void Applied(ulong index)
    {
        _log.ApplyTo(index);
        if (IsLeader && !_tracker.Quorum.Contains(Id))
        {
            Retire();
        }

        LeaveJointIfDue();
        StartDeferredCampaign();
    }

    /// <summary>Drops entries up to <paramref name="index"/> from memory, as far as they are applied and durable.</summary>
    public void Compact(ulong index) => _log.Compact(index);

    /// <summary>The term of the entry at <paramref name="index"/>, or null when the log does not have it.</summary>
    public ulong? TermAt(ulong index) => _log.Term(index);

    /// <summary>The entry at <paramref name="index"/>, which must lie within <see cref="FirstIndex"/> and <see cref="LastIndex"/>.</summary>
    public Entry EntryAt(ulong index) => _log.At(index);

    private static RaftLog LoadLog(SnapshotMetadata start, IReadOnlyList<Entry> entries, ulong commit, ulong applied)
    {
        var log = new RaftLog(start.Index, start.Term);
        for (var i = 0; i < entries.Count; i++)
        {
            log.Append(entries[i]);
        }

        log.StartDurable();
        log.CommitTo(commit);
        log.SkipTo(applied);
        return log;
    }

    /// <summary>A message of a higher term. Returns whether it is to be handled; most of them move this member to that term first.</summary>
    private bool EnterTermOf(Message message)
    {
        if (message.Type is MessageType.Vote or MessageType.PreVote && !message.Force && HonoursLease())
        {
            return false;
        }

        if (message.Type == MessageType.PreVote || (message.Type == MessageType.PreVoteResponse && !message.Reject))
        {
            // These belong to a term that has not begun.
            return true;
        }

        var fromLeader = message.Type is MessageType.Append or MessageType.Heartbeat or MessageType.Snapshot;
        BecomeFollower(message.Term, fromLeader ? message.From : 0);
        return true;
    }

    /// <summary>
    /// A message of an older term. With pre-vote and check-quorum a member at a higher term cannot depose its leader by votes; a response makes the
    /// leader aware of that term (thesis §9.6 leaves this case open; etcd raft does the same).
    /// </summary>
    private void AnswerStale(Message message)
    {
        if (message.Type is MessageType.Append or MessageType.Heartbeat or MessageType.Snapshot)
        {
            Send(new Message { Type = MessageType.AppendResponse, From = Id, To = message.From, Term = Term, Reject = true });
        }
        else if (message.Type == MessageType.PreVote)
        {
            Send(VoteAnswer(message, granted: false));
        }
    }

    private void Dispatch(Message message)
    {
        switch (message.Type)
        {
            case MessageType.Append:
                FollowLeader(message.From);
                OnAppend(message);
                break;
            case MessageType.Heartbeat:
                FollowLeader(message.From);
                OnHeartbeat(message);
                break;
            case MessageType.Snapshot:
                FollowLeader(message.From);
                OnSnapshot(message);
                break;
            case MessageType.Vote or MessageType.PreVote:
                OnVoteRequest(message);
                break;
            case MessageType.VoteResponse or MessageType.PreVoteResponse:
                OnVoteResponse(message);
                break;
            case MessageType.TimeoutNow:
                OnTimeoutNow(message);
                break;
            case MessageType.AppendResponse or MessageType.HeartbeatResponse:
                StepLeader(message);
                break;
        }
    }

    private void Send(Message message) => _outbox.Add(message);

    private void SendAfterFlush(Message message) => _outboxAfterFlush.Add(message);
}
