using System.Globalization;
using System.Text;
using EtcdEdge.Raft.Membership;
using Command = EtcdEdge.Testing.DataDriven.Command;

namespace EtcdEdge.Raft.Tests.Interaction;

/// <summary>Membership changes as fixtures write them: <c>v4 l5 r1</c> adds voter 4 and learner 5 and removes 1; <c>leave</c> leaves joint.</summary>
internal static class ConfChanges
{
    public static ConfChange Parse(Command command) => new()
    {
        Changes = [.. command.Args.Where(IsStep).Select(Step)],
        Transition = command.Option("transition", "auto") switch
        {
            "auto" => ConfChangeTransition.Auto,
            "implicit" => ConfChangeTransition.JointImplicit,
            _ => ConfChangeTransition.JointExplicit,
        },
        Context = Encoding.ASCII.GetBytes(command.Option("context", "")),
    };

    public static ConfState Members(Command command) => new()
    {
        Voters = Ids(command.Option("voters", "")),
        Learners = Ids(command.Option("learners", "")),
    };

    public static ulong[] Ids(string list) =>
        [.. list.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(id => ulong.Parse(id, CultureInfo.InvariantCulture))];

    private static bool IsStep(string arg) => "vlr".Contains(arg[0], StringComparison.Ordinal) && arg.Length > 1 && char.IsDigit(arg[1]);

    private static ConfChangeSingle Step(string text)
    {
        var type = text[0] switch
        {
            'v' => ConfChangeType.AddVoter,
            'l' => ConfChangeType.AddLearner,
            _ => ConfChangeType.Remove,
        };
        return new ConfChangeSingle(type, ulong.Parse(text[1..], CultureInfo.InvariantCulture));
    }
}
