using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.StateMachine.Tests.Mvcc;

/// <summary>Runs testdata/mvcc: requests as words, answers as text. One machine per file.</summary>
public sealed class FixtureTests
{
    public static TheoryData<string> Files => DataDriven.Files("mvcc");

    [Theory]
    [MemberData(nameof(Files))]
    public void The_machine_answers_as_written(string file)
    {
        var script = new MachineScript();
        DataDriven.Run(file, script.Run);
    }
}
