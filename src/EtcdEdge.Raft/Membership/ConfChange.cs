using System.Buffers.Binary;
using EtcdEdge.Base;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft.Membership;

/// <summary>
/// A configuration change as it is in the log. An empty one with <see cref="ConfChangeTransition.Auto"/> leaves a joint configuration. Layout of the
/// bytes: DESIGN.md.
/// </summary>
public sealed record ConfChange
{
    private const byte FormatVersion = 1;
    private const int HeaderBytes = 4;
    private const int BytesPerChange = 9;

    /// <summary>The steps; they take effect together.</summary>
    public IReadOnlyList<ConfChangeSingle> Changes { get; init; } = [];

    /// <summary>How it is carried out.</summary>
    public ConfChangeTransition Transition { get; init; }

    /// <summary>The caller's own bytes, for example a member's URLs. Raft does not look into them.</summary>
    public ReadOnlyMemory<byte> Context { get; init; }

    /// <summary>Whether it leaves a joint configuration.</summary>
    public bool LeavesJoint => Changes.Count == 0 && Transition == ConfChangeTransition.Auto;

    /// <summary>Whether it enters a joint configuration.</summary>
    public bool EntersJoint => Transition != ConfChangeTransition.Auto || Changes.Count > 1;

    /// <summary>Whether a joint configuration entered by it is left automatically.</summary>
    public bool AutoLeave => Transition != ConfChangeTransition.JointExplicit;

    /// <summary>A simple change of one member.</summary>
    public static ConfChange Of(ConfChangeType type, ulong id) => new() { Changes = [new ConfChangeSingle(type, id)] };

    /// <summary>The bytes of an entry of type <see cref="EntryType.ConfChange"/>.</summary>
    public byte[] Encode()
    {
        Invariant.Require(Changes.Count <= ConfChangeLimits.ChangesPerConfChange, "a configuration change has too many steps");
        var bytes = new byte[HeaderBytes + Changes.Count * BytesPerChange + Context.Length];
        bytes[0] = FormatVersion;
        bytes[1] = (byte)Transition;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)Changes.Count);
        for (var i = 0; i < Changes.Count; i++)
        {
            var step = bytes.AsSpan(HeaderBytes + i * BytesPerChange);
            step[0] = (byte)Changes[i].Type;
            BinaryPrimitives.WriteUInt64LittleEndian(step[1..], Changes[i].Id);
        }

        Context.Span.CopyTo(bytes.AsSpan(HeaderBytes + Changes.Count * BytesPerChange));
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote. Throws <see cref="FormatException"/> for anything else.</summary>
    public static ConfChange Decode(ReadOnlyMemory<byte> data)
    {
        var bytes = data.Span;
        Check(bytes.Length >= HeaderBytes && bytes[0] == FormatVersion, "not a configuration change of a known version");
        Check(bytes[1] <= (byte)ConfChangeTransition.JointExplicit, "unknown transition");
        var count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        var contextAt = HeaderBytes + count * BytesPerChange;
        Check(count <= ConfChangeLimits.ChangesPerConfChange && bytes.Length >= contextAt, "a configuration change is cut off");
        var changes = new ConfChangeSingle[count];
        for (var i = 0; i < count; i++)
        {
            var step = bytes[(HeaderBytes + i * BytesPerChange)..];
            Check(step[0] <= (byte)ConfChangeType.Remove, "unknown kind of change");
            changes[i] = new ConfChangeSingle((ConfChangeType)step[0], BinaryPrimitives.ReadUInt64LittleEndian(step[1..]));
        }

        return new ConfChange { Changes = changes, Transition = (ConfChangeTransition)bytes[1], Context = data[contextAt..] };
    }

    private static void Check(bool condition, string complaint)
    {
        if (!condition)
        {
            throw new FormatException(complaint);
        }
    }
}
