using System.Text;
using CsCheck;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Testing;

namespace EtcdEdge.Raft.Tests.Interaction;

// Goal: every change of a membership gives the membership thesis §4 says, or a refusal. Method: fixtures that change one step by step, and
// random changes that have to keep the invariants of ConfState.
public sealed class MembershipTests
{
    private static readonly Gen<ConfChangeSingle> s_genStep =
        Gen.Select(Gen.Int[0, 2], Gen.ULong[0, 6], (type, id) => new ConfChangeSingle((ConfChangeType)type, id));

    private static readonly Gen<ConfChange> s_genChange = Gen.Select(
        s_genStep.Array[0, 5], Gen.Int[0, 2], (steps, how) => new ConfChange { Changes = steps, Transition = (ConfChangeTransition)how });

    public static TheoryData<string> Fixtures() => DataDriven.Files("membership");

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void A_membership_changes_as_the_fixture_tells(string fixture)
    {
        var current = ConfState.Empty;
        DataDriven.Run(fixture, command =>
        {
            if (command.Name == "start")
            {
                current = ConfChanges.Members(command);
                return current.ToString();
            }

            var next = ConfChanger.TryApply(current, ConfChanges.Parse(command), out var complaint);
            current = next ?? current;
            return complaint is null ? current.ToString() : $"refused: {complaint}";
        });
    }

    [Fact]
    public void Any_sequence_of_changes_keeps_the_invariants_of_a_membership() => s_genChange.Array[1, 12].Sample(
        changes =>
        {
            var current = new ConfState { Voters = [1, 2, 3] };
            foreach (var change in changes)
            {
                current = ConfChanger.TryApply(current, change, out _) ?? current;
                Assert.NotEmpty(current.Voters);
                Assert.DoesNotContain(0ul, current.Voters);
                Assert.DoesNotContain(current.Learners, current.IsVoter);
                Assert.Subset(current.VotersOutgoing.ToHashSet(), current.LearnersNext.ToHashSet());
                Assert.False(current.AutoLeave && !current.IsJoint);
            }
        },
        iter: 5_000);

    [Fact]
    public void A_change_survives_its_encoding() => Gen.Select(s_genChange, Gen.Byte.Array[0, 40]).Sample((change, context) =>
    {
        var decoded = ConfChange.Decode((change with { Context = context }).Encode());
        Assert.Equal(change.Changes, decoded.Changes);
        Assert.Equal(change.Transition, decoded.Transition);
        Assert.True(decoded.Context.Span.SequenceEqual(context));
    });

    [Fact]
    public void The_encoding_of_a_change_is_fixed()
    {
        var change = ConfChange.Of(ConfChangeType.AddLearner, 0x1234) with { Context = Encoding.ASCII.GetBytes("url") };
        Assert.Equal("01000100" + "013412000000000000" + "75726C", Convert.ToHexString(change.Encode()));
    }

    [Fact]
    public void A_damaged_encoding_is_a_format_error_at_every_length()
    {
        var bytes = new ConfChange { Changes = [new(ConfChangeType.Remove, 7), new(ConfChangeType.AddVoter, 8)] }.Encode();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<FormatException>(() => ConfChange.Decode(bytes.AsMemory(0, length)));
        }

        bytes[0] = 9;
        Assert.Throws<FormatException>(() => ConfChange.Decode(bytes));
    }
}
