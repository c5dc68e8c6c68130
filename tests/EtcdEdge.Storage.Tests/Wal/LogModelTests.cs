using CsCheck;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Storage.Tests.Wal;

// Goal: the log behaves as a list that can lose its head. Method: random moves on both, compared after each reopening; CsCheck shrinks.
public sealed class LogModelTests
{
    private enum Move
    {
        Append,
        Overwrite,
        Vote,
        Flush,
        Release,
        Maintain,
        Reopen,
        CleanStop,
    }

    [Fact]
    public void The_log_is_a_list_whose_head_may_go()
    {
        var moves = Gen.Select(Gen.Enum<Move>(), Gen.Int[0, 12_000]).List[1, 60];
        moves.Sample(Check, iter: 400);
    }

    private static bool Check(List<(Move Move, int Size)> moves)
    {
        var bench = new LogBench();
        bench.Options = bench.Options with { SegmentSize = 32 * 1024 };
        bench.MustOpen();
        var twin = new LogTwin();
        foreach (var (move, size) in moves)
        {
            Play(bench, twin, move, size);
            if (move is Move.Reopen or Move.CleanStop && !Reopens(bench, twin, move))
            {
                return false;
            }
        }

        return Reopens(bench, twin, Move.Reopen);
    }

    private static void Play(LogBench bench, LogTwin twin, Move move, int size)
    {
        var hardState = twin.HardState;
        switch (move)
        {
            case Move.Append:
                Append(bench, twin, LogBench.Entry(twin.LastIndex + 1, size, hardState.Term));
                break;
            case Move.Overwrite when twin.LastIndex > 0:
                twin.Set(hardState with { Term = hardState.Term + 1 });
                Append(bench, twin, LogBench.Entry(Math.Max(twin.FirstIndex, twin.LastIndex - ((ulong)size % 4)), size, hardState.Term + 1));
                break;
            case Move.Vote:
                twin.Set(hardState with { Term = hardState.Term + 1, Vote = (ulong)size });
                bench.Log!.Append(twin.HardState, []);
                break;
            case Move.Flush:
                bench.Flush();
                break;
            case Move.Release:
                bench.Log!.ReleaseBefore(twin.LastIndex > 8 ? twin.LastIndex - 8 : 0);
                break;
            case Move.Maintain:
                bench.Maintain();
                break;
            default:
                break;
        }
    }

    private static void Append(LogBench bench, LogTwin twin, Entry entry)
    {
        twin.Append(entry);
        bench.Log!.Append(twin.HardState, [entry]);
    }

    private static bool Reopens(LogBench bench, LogTwin twin, Move how)
    {
        bench.Flush();
        if (how == Move.CleanStop)
        {
            bench.Log!.Close();
        }

        bench.Kill();
        var found = bench.MustOpen();
        return found.HardState == twin.HardState
            && found.Lines().SequenceEqual(twin.Lines(found.FirstIndex))
            && found.LastIndex == twin.LastIndex;
    }
}
