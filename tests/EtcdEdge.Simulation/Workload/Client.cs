using EtcdEdge.Simulation.Checkers;
using EtcdEdge.Simulation.Members;
using EtcdEdge.Simulation.World;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Simulation.Workload;

/// <summary>
/// A client that makes one request after another at members it picks by chance, and waits only so long for an answer. What it does not hear of
/// stays open in the history: it may have happened, or happen later.
/// </summary>
internal sealed class Client(Cluster cluster, int number)
{
    private readonly long[] _modRevisions = new long[cluster.Plan.Keys];
    private long _newestRevision = 1;

    /// <summary>Begins to make requests, until the load is over.</summary>
    public void Begin() => Think();

    /// <summary>Makes one request, at a certain member if one is named; <paramref name="ended"/> when the client waits no longer.</summary>
    public void Invoke(Operation operation, int member, Action<Operation> ended) =>
        Invoke(operation, member, cluster.Random.NextInt64(1, 9) * VirtualTime.Second, ended);

    /// <inheritdoc cref="Invoke(Operation, int, Action{Operation})"/>
    public void Invoke(Operation operation, int member, long patienceUs, Action<Operation> ended)
    {
        operation.InvokedUs = cluster.Time.NowUs;
        cluster.History.Add(operation);
        cluster.Time.After(Wire(), () => Arrive(operation, member < 0 ? cluster.AnyTarget() : member, ended));
        cluster.Time.After(patienceUs, () => End(operation, ended));
    }

    private void Think()
    {
        if (!cluster.IsLoadOver)
        {
            cluster.Time.After(cluster.Random.NextInt64(1, 2 * cluster.Plan.ThinkUs), Next);
        }
    }

    private void Next()
    {
        switch (cluster.Random.Next(40))
        {
            case 0: Compact(); break;
            case 1 or 2: ReadHistory(); break;
            default: Invoke(Draw(), -1, _ => Think()); break;
        }
    }

    private Operation Draw()
    {
        var key = cluster.Random.Next(cluster.Plan.Keys);
        var other = (key + 1 + cluster.Random.Next(cluster.Plan.Keys - 1)) % cluster.Plan.Keys;
        var kind = cluster.Random.Next(20) switch
        {
            < 7 => OperationKind.Put,
            < 9 => OperationKind.Delete,
            < 12 => OperationKind.CompareAndPut,
            < 14 => OperationKind.CompareAndDelete,
            _ => OperationKind.Range,
        };
        return new Operation
        {
            Id = cluster.NextOperation(),
            Kind = kind,
            Key = kind == OperationKind.Range && cluster.Random.Next(3) == 0 ? Operation.AllKeys : key,
            OtherKey = other,
            Expected = _modRevisions[key],
        };
    }

    private void Arrive(Operation operation, int member, Action<Operation> ended)
    {
        if (cluster.Members[member].Life is not { ServesClients: true } life)
        {
            operation.IsVoid = true;
            cluster.Time.After(Wire(), () => End(operation, ended));
            return;
        }

        cluster.Trace.Note(operation.Kind.ToString(), member, operation.Id, operation.Key, number);
        if (operation.Kind == OperationKind.Range)
        {
            var skips = cluster.Options.Bug == Bug.ReadWithoutBarrier;
            life.Await(new BarrierCall(life, skips, error => Read(life, operation, error, ended), () => End(operation, ended)));
            return;
        }

        var (kind, bytes) = Requests.Of(operation, cluster.Plan.ValueBytes);
        if (cluster.Options.Bug == Bug.ProposeTwice && cluster.Random.Next(50) == 0)
        {
            life.Await(new WriteCall(life, kind, bytes, _ => { }));
        }

        life.Await(new WriteCall(life, kind, bytes, result => Written(operation, result, ended)));
    }

    private void Read(Life life, Operation operation, EtcdError error, Action<Operation> ended)
    {
        if (error != EtcdError.None)
        {
            operation.IsVoid = true;
            cluster.Time.After(Wire(), () => End(operation, ended));
            return;
        }

        var root = life.Node.Root;
        root.Range(Requests.Range(operation.Key, 0), out var range);
        var cells = Requests.Cells(operation.Key, cluster.KeyCount, range!.Records.Span);
        Answer(operation, new Outcome { Revision = root.Revision, Cells = cells }, ended);
    }

    private void Written(Operation operation, ApplyResult? result, Action<Operation> ended)
    {
        switch (result?.Error)
        {
            case EtcdError.TimeoutWithoutLeader or EtcdError.TooManyRequests:
                operation.IsVoid = true;
                cluster.Time.After(Wire(), () => End(operation, ended));
                break;
            case null or EtcdError.Stopped or EtcdError.Timeout or EtcdError.TimeoutDueToLeaderFail or EtcdError.TimeoutDueToConnectionLost:
                cluster.Time.After(Wire(), () => End(operation, ended));
                break;
            default:
                Answer(operation, Requests.OutcomeOf(result.Value), ended);
                break;
        }
    }

    // The answer leaves now and arrives later; who has stopped waiting does not see it.
    private void Answer(Operation operation, Outcome outcome, Action<Operation> ended) => cluster.Time.After(Wire(), () =>
    {
        if (operation.IsAbandoned)
        {
            return;
        }

        (operation.Outcome, operation.ReturnedUs) = (outcome, cluster.Time.NowUs);
        Learn(operation, outcome);
        End(operation, ended);
    });

    private void Learn(Operation operation, Outcome outcome)
    {
        cluster.Trace.Note("answer", -1, operation.Id, outcome.Revision, (long)outcome.Error);
        _newestRevision = Math.Max(_newestRevision, outcome.Revision);
        if (operation.Key < 0 || operation.Key >= _modRevisions.Length)
        {
            return;
        }

        if (operation.Wrote)
        {
            var exists = operation.Kind is OperationKind.Put or OperationKind.CompareAndPut;
            _modRevisions[operation.Key] = exists ? outcome.Revision : 0;
        }
        else if (operation.Kind != OperationKind.Delete)
        {
            _modRevisions[operation.Key] = outcome.Cells.Length == 1 ? outcome.Cells[0].ModRevision : 0;
        }
    }

    private static void End(Operation operation, Action<Operation> ended)
    {
        if (!operation.IsAbandoned)
        {
            operation.IsAbandoned = true;
            ended(operation);
        }
    }

    private void Compact()
    {
        var revision = _newestRevision - cluster.Random.Next(5, 60);
        if (revision > 1 && cluster.AnyLife() is { } life)
        {
            cluster.Trace.Note("compact", life.Member.Number, revision);
            life.Await(new WriteCall(life, RequestKind.Compaction, Requests.Compaction(revision), _ => { }));
        }

        Think();
    }

    private void ReadHistory()
    {
        if (cluster.AnyLife() is { } life)
        {
            cluster.Checks.ReadHistory(life, cluster.Random, cluster.Plan.Keys);
        }

        Think();
    }

    private long Wire() => cluster.Random.NextInt64(50, 5000);
}
