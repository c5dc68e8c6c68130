using EtcdEdge.Differential;
using EtcdEdge.Differential.Fuzz;
using EtcdEdge.Testing;

var options = Options.Parse(args);
if (options.ListDifferences)
{
    Console.Write(KnownDifferences.ToMarkdown());
    return 0;
}

if (options.FuzzPeers)
{
    var peers = new PeerFuzzer(options.Subject, options.Seed);
    var broken = await peers.RunAsync(options.Count, CancellationToken.None);
    Console.WriteLine(string.Join('\n', peers.Ends.Select(end => $"{end.Value} members ended: {end.Key}")));
    Console.WriteLine(broken ?? $"{options.Count} messages of impostors from seed {options.Seed}: nobody hangs or ends without a line");
    return broken is null ? 0 : 1;
}

if (options.Fuzz)
{
    await using var daemon = new Daemon(options.Subject, flags: Fuzzer.Flags);
    await daemon.StartAsync();
    var fuzzer = new Fuzzer(daemon, options.Seed);
    var harm = await fuzzer.RunAsync(options.Count, CancellationToken.None);
    Console.WriteLine(fuzzer.Tally);
    Console.WriteLine(harm ?? $"{options.Count} inputs from seed {options.Seed}: the server stands, {daemon.ResidentBytes >> 20} MiB resident, "
        + $"another client waited {fuzzer.LongestProbe.TotalMilliseconds:0} ms at most");
    return harm is null ? 0 : 1;
}

var contestants = new Contestants(options.Reference, options.Subject);
var traced = options.Trace ? contestants with { Trace = (step, answer) => Console.WriteLine($"{step}\n  {answer}") } : contestants;
var failures = 0;
for (var seed = options.Seed; seed < options.Seed + options.Count && (failures == 0 || options.KeepGoing); seed++)
{
    if (options.V2)
    {
        if (await V2Trial.RunAsync(options.ReferenceV2, options.Subject, seed, options.Steps, CancellationToken.None) is { } difference)
        {
            failures++;
            Console.WriteLine(difference);
        }
    }
    else if (await Trial.RandomAsync(traced, seed, options.Steps, options.Calls, CancellationToken.None) is { } mismatch)
    {
        failures++;
        Console.WriteLine(mismatch);
        Print(await Minimiser.ShrinkAsync(contestants, mismatch, options.Shrink, CancellationToken.None));
    }
}

Console.WriteLine($"{options.Count} seeds from {options.Seed} with {options.Steps} calls each: {failures} with differences");
return failures == 0 ? 0 : 1;

static void Print(Mismatch shortest)
{
    const int shown = 40;
    var earlier = shortest.Steps.Count > shown ? "the last of them:" : "";
    Console.WriteLine($"  the shortest sequence found: {shortest.Steps.Count} calls; {earlier}");
    Console.WriteLine($"    {string.Join("\n    ", shortest.Steps.TakeLast(shown).Select(Shortened))}");
    Console.WriteLine($"    reference: {shortest.Expected}\n    subject:   {shortest.Actual}");
}

static string Shortened(Step step)
{
    const int shown = 400;
    var text = step.ToString();
    return text.Length <= shown ? text : text[..shown] + "…";
}
