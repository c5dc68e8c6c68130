using EtcdEdge.Testing;

namespace EtcdEdge.Differential;

/// <summary>
/// One seed: two fresh servers, one sequence of calls to both, answers compared one by one. Ends at the first difference.
/// </summary>
internal sealed class Trial : IAsyncDisposable
{
    private const int LinesOfDeath = 12;
    private static readonly TimeSpan s_exitGrace = TimeSpan.FromMilliseconds(200);
    private readonly Daemon _referenceDaemon;
    private readonly Daemon _subjectDaemon;
    private readonly Session _reference;
    private readonly Session _subject;
    private readonly Action<Step, string> _trace;
    private readonly List<Step> _done = [];

    private Trial(Contestants contestants)
    {
        _referenceDaemon = new Daemon(contestants.Reference, flags: contestants.ReferenceFlags);
        _subjectDaemon = new Daemon(contestants.Subject, flags: contestants.SubjectFlags);
        _trace = contestants.Trace;
        _reference = new Session(_referenceDaemon.ClientUrl);
        _subject = new Session(_subjectDaemon.ClientUrl);
    }

    /// <summary>Runs a random sequence.</summary>
    public static async Task<Mismatch?> RandomAsync(Contestants contestants, int seed, int steps, Calls calls, CancellationToken cancel)
    {
        await using var trial = new Trial(contestants);
        await trial.StartAsync();
        IGenerator generator = calls switch
        {
            Calls.Auth => new AuthGenerator(seed),
            Calls.Gateway => new GatewayGenerator(seed),
            _ => new Generator(seed, trial._reference),
        };
        for (var n = 0; n < steps; n++)
        {
            if (await trial.CompareAsync(generator.Next(), cancel) is { } mismatch)
            {
                return mismatch with { Seed = seed };
            }
        }

        return await trial.FinishAsync(generator, cancel) is { } late ? late with { Seed = seed } : null;
    }

    /// <summary>Runs a given sequence.</summary>
    public static async Task<Mismatch?> ReplayAsync(Contestants contestants, IEnumerable<Step> steps, CancellationToken cancel)
    {
        await using var trial = new Trial(contestants);
        await trial.StartAsync();
        foreach (var step in steps)
        {
            if (await trial.CompareAsync(step, cancel) is { } mismatch)
            {
                return mismatch;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _reference.DisposeAsync();
        await _subject.DisposeAsync();
        await _referenceDaemon.DisposeAsync();
        await _subjectDaemon.DisposeAsync();
    }

    private Task StartAsync() => Task.WhenAll(_referenceDaemon.StartAsync(), _subjectDaemon.StartAsync());

    /// <summary>At the end: the rest of every watch stream, all keys, and the hash over the whole history.</summary>
    private async Task<Mismatch?> FinishAsync(IGenerator generator, CancellationToken cancel)
    {
        foreach (var step in generator.Closing())
        {
            if (await CompareAsync(step, cancel) is { } mismatch)
            {
                return mismatch;
            }
        }

        return null;
    }

    private async Task<Mismatch?> CompareAsync(Step step, CancellationToken cancel)
    {
        _done.Add(step);
        var answers = await Task.WhenAll(step.AnswerAsync(_reference, cancel), step.AnswerAsync(_subject, cancel));
        _trace(step, answers[0]);
        var same = answers[0] == answers[1] && answers[0] != Step.NoAnswer && !_referenceDaemon.HasExited;
        return same ? null : new Mismatch(0, [.. _done], answers[0], answers[1], await DeathsAsync());
    }

    /// <summary>The last words of a server that died; etcd 3.5 has calls that it dies of, which then have to leave the generator.</summary>
    private async Task<string> DeathsAsync()
    {
        var deaths = "";
        foreach (var daemon in new[] { _referenceDaemon, _subjectDaemon })
        {
            if (await daemon.WaitForExitAsync(s_exitGrace))
            {
                deaths += $"\n  {daemon.Binary} ended with code {daemon.ExitCode}:\n    {string.Join("\n    ", daemon.Log.Take(LinesOfDeath))}";
            }
        }

        return deaths;
    }
}
