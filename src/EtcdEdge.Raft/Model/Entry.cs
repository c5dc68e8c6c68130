namespace EtcdEdge.Raft.Model;

/// <summary>What an entry of the log means to Raft itself; everything else is the state machine's business.</summary>
public enum EntryType : byte
{
    /// <summary>A command for the state machine, or nothing (a new leader's first entry is empty, Raft §8).</summary>
    Normal = 0,

    /// <summary>A change of the membership, encoded by <c>ConfChange.Encode</c> (joint consensus, thesis §4.3).</summary>
    ConfChange = 1,
}

/// <summary>One entry of the replicated log. <see cref="Index"/> starts at 1; 0 means "before the first".</summary>
/// <param name="Term">The term of the leader that created it.</param>
/// <param name="Index">Its place in the log.</param>
/// <param name="Type">Whether Raft or the state machine reads <paramref name="Data"/>.</param>
/// <param name="Data">The command's bytes. Owned by the entry: they must not be changed after Propose.</param>
public readonly record struct Entry(ulong Term, ulong Index, EntryType Type, ReadOnlyMemory<byte> Data);
