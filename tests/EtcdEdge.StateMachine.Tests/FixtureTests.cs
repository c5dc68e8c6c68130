using EtcdEdge.StateMachine.Tests.Auth;
using EtcdEdge.StateMachine.Tests.Lease;
using EtcdEdge.StateMachine.Tests.Mvcc;
using EtcdEdge.StateMachine.Tests.V2;
using EtcdEdge.StateMachine.Tests.Watch;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.StateMachine.Tests;

/// <summary>
/// Goal: what each part of the state machine answers, written down. Method: testdata, requests as words and answers as text; a folder names the
/// script that understands its files, and each file gets a new one.
/// </summary>
public sealed class FixtureTests
{
    private static readonly Dictionary<string, Func<Func<DataDriven.Command, string>>> s_scripts = new()
    {
        ["auth"] = () => new AuthScript().Run,
        ["lease"] = () => new LeaseScript().Run,
        ["mvcc"] = () => new MachineScript().Run,
        ["v2"] = () => new V2Script().Run,
        ["watch"] = () => new WatchScript().Run,
    };

    public static TheoryData<string, string> Files
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var folder in s_scripts.Keys)
            {
                foreach (var row in DataDriven.Files(folder))
                {
                    rows.Add(folder, row.Data);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_machine_answers_as_written(string folder, string file) => DataDriven.Run(file, s_scripts[folder]());
}
