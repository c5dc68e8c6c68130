namespace EtcdEdge.StateMachine.Model;

/// <summary>The position of a record in the history: the store's revision and the record's place within it (etcd's main and sub).</summary>
public readonly record struct Revision(long Main, int Sub) : IComparable<Revision>
{
    public static Revision Of(Record record) => new(record.ModRevision, record.SubRevision);

    public int CompareTo(Revision other) => Main != other.Main ? Main.CompareTo(other.Main) : Sub.CompareTo(other.Sub);

    public static bool operator <(Revision left, Revision right) => left.CompareTo(right) < 0;

    public static bool operator >(Revision left, Revision right) => left.CompareTo(right) > 0;

    public static bool operator <=(Revision left, Revision right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Revision left, Revision right) => left.CompareTo(right) >= 0;
}
