using EtcdEdge.Api;

namespace EtcdEdge.Differential;

/// <summary>Watches: three streams with many watchers each; what they saw is compared at barriers.</summary>
internal sealed partial class Generator
{
    private const int Streams = 3;
    private const int LikelyWatchIds = 8;
    private const long FirstChosenId = 500;

    private Step AnyWatchStep() => _random.Next(20) switch
    {
        < 9 => CreateWatch(),
        9 => CreateFutureWatch(),
        < 13 => CancelWatch(),
        < 19 => Barrier(_random.Next(Streams)),
        _ => CloseStream(),
    };

    private Step CreateWatch()
    {
        var stream = _random.Next(Streams);
        var request = AnyWatch();
        return new Step($"Watch create on stream {stream}", AnswerText.Of(request), async (session, cancel) =>
        {
            var watch = await session.StreamAsync(stream, cancel);
            await watch.CreateAsync(request, cancel);
            return await SeenAsync(watch, cancel);
        });
    }

    /// <summary>
    /// A watch from a revision to come, and then the puts that reach it: until then etcd answers no progress request of that stream
    /// (progressIfSync), and a barrier would wait for ever.
    /// </summary>
    private Step CreateFutureWatch()
    {
        var (stream, ahead) = (_random.Next(Streams), _random.Next(1, 4));
        var request = AnyWatch();
        var put = new PutRequest { Key = Keys.Any(_random), Value = AnyValue() };
        var text = AnswerText.Of(request) + AnswerText.Of(put);
        return new Step($"Watch create on stream {stream} from {ahead} ahead, then {ahead} puts", text, async (session, cancel) =>
        {
            var watch = await session.StreamAsync(stream, cancel);
            await watch.BarrierAsync(cancel);
            await watch.CreateAsync(new WatchCreateRequest(request) { StartRevision = session.Revision + ahead }, cancel);
            for (var n = 0; n < ahead; n++)
            {
                session.Observe(await session.Kv.PutAsync(put, cancellationToken: cancel));
            }

            return await SeenAsync(watch, cancel);
        });
    }

    private WatchCreateRequest AnyWatch()
    {
        var (key, end) = Keys.AnyRange(_random);
        var request = new WatchCreateRequest
        {
            Key = key,
            RangeEnd = end,
            StartRevision = Chance(50) ? Math.Min(AnyRevision(), reference.Revision) : 0,
            PrevKv = Chance(40),
            Fragment = Chance(20),
            ProgressNotify = Chance(20),
            WatchId = Chance(15) ? FirstChosenId + _random.Next(3) : 0,
        };
        if (Chance(25))
        {
            request.Filters.Add((WatchCreateRequest.Types.FilterType)_random.Next(2));
        }

        if (Chance(5))
        {
            request.Filters.Add((WatchCreateRequest.Types.FilterType)_random.Next(2));
        }

        return request;
    }

    private Step CancelWatch()
    {
        var (stream, id) = (_random.Next(Streams), Chance(20) ? FirstChosenId + _random.Next(3) : _random.Next(LikelyWatchIds));
        return new Step($"Watch cancel on stream {stream}", $"watch_id={id}", async (session, cancel) =>
        {
            var watch = await session.StreamAsync(stream, cancel);
            await watch.CancelAsync(id, cancel);
            return watch.Take();
        });
    }

    private static Step Barrier(int stream) => new($"Watch barrier on stream {stream}", "", async (session, cancel) =>
        await SeenAsync(await session.StreamAsync(stream, cancel), cancel));

    private Step CloseStream()
    {
        var stream = _random.Next(Streams);
        return new Step($"Watch close stream {stream}", "", async (session, cancel) =>
        {
            var seen = await SeenAsync(await session.StreamAsync(stream, cancel), cancel);
            await session.CloseStreamAsync(stream);
            return seen;
        });
    }

    private static async Task<string> SeenAsync(WatchStream watch, CancellationToken cancel)
    {
        await watch.BarrierAsync(cancel);
        return watch.Take();
    }
}
