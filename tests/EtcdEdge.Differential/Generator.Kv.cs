using EtcdEdge.Api;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace EtcdEdge.Differential;

/// <summary>Puts, ranges, deletes, transactions, compactions.</summary>
internal sealed partial class Generator
{
    private const int MaxTxnOps = 128;
    private const int MaxNesting = 2;

    private PutRequest AnyPut()
    {
        var request = AnyPlainPut();
        request.IgnoreValue = Chance(8);
        request.IgnoreLease = Chance(8);
        if (request.IgnoreValue && Chance(80))
        {
            request.Value = ByteString.Empty;
        }

        if (request.IgnoreLease && Chance(80))
        {
            request.Lease = 0;
        }

        return request;
    }

    private PutRequest AnyPlainPut() =>
        new() { Key = AnyKey(), Value = AnyValue(), PrevKv = Chance(25), Lease = Chance(25) ? AnyLeaseId() : 0 };

    private RangeRequest AnyRangeRequest()
    {
        var (key, end) = Keys.AnyRange(_random);
        var request = new RangeRequest
        {
            Key = key,
            RangeEnd = end,
            Serializable = Chance(30),
            KeysOnly = Chance(15),
            CountOnly = Chance(10),
            Limit = Chance(30) ? _random.Next(1, 6) : 0,
            Revision = Chance(30) ? AnyRevision() : 0,
        };
        if (Chance(35))
        {
            request.SortOrder = (RangeRequest.Types.SortOrder)_random.Next(3);
            request.SortTarget = (RangeRequest.Types.SortTarget)_random.Next(5);
        }

        AddRevisionBounds(request);
        return request;
    }

    private void AddRevisionBounds(RangeRequest request)
    {
        request.MinModRevision = Chance(6) ? AnyRevision() : 0;
        request.MaxModRevision = Chance(6) ? AnyRevision() : 0;
        request.MinCreateRevision = Chance(6) ? AnyRevision() : 0;
        request.MaxCreateRevision = Chance(6) ? AnyRevision() : 0;
    }

    /// <summary>Numbers below zero: clients in other languages can send them.</summary>
    private RangeRequest AnyNonsenseRange() =>
        Chance(50) ? new RangeRequest(AnyRangeRequest()) { Limit = -1 } : new RangeRequest(AnyRangeRequest()) { Revision = -1 };

    private DeleteRangeRequest AnyDelete()
    {
        var (key, end) = Keys.AnyRange(_random);
        return new DeleteRangeRequest { Key = key, RangeEnd = end, PrevKv = Chance(50) };
    }

    /// <summary>A delete that does not go to the end of the key space by the range end "\0", but may by a key above all others.</summary>
    private DeleteRangeRequest AnyBoundedDelete()
    {
        var request = AnyDelete();
        request.RangeEnd = request.RangeEnd == Keys.Zero ? Keys.AboveAll : request.RangeEnd;
        return request;
    }

    /// <summary>Which kinds of writes one transaction may mix: <see cref="KnownDifferences"/> says why.</summary>
    private TxnRequest AnyTxn() => AnyTxn(0, _random.Next(20) switch
    {
        < 5 => TxnKind.ReadOnly,
        < 17 => TxnKind.PutAndDelete,
        _ => TxnKind.Delete,
    });

    private TxnRequest AnyTxn(int depth, TxnKind kind)
    {
        var txn = new TxnRequest();
        for (var n = _random.Next(4); n > 0; n--)
        {
            txn.Compare.Add(AnyCompare());
        }

        AddOps(txn.Success, depth, kind);
        AddOps(txn.Failure, depth, kind);
        return txn;
    }

    private void AddOps(RepeatedField<RequestOp> ops, int depth, TxnKind kind)
    {
        var count = Chance(1) ? MaxTxnOps + _random.Next(2) : _random.Next(5);
        for (var n = 0; n < count; n++)
        {
            ops.Add(AnyOp(depth, kind));
        }
    }

    private RequestOp AnyOp(int depth, TxnKind kind) => _random.Next(20) switch
    {
        < 8 when kind == TxnKind.PutAndDelete => new RequestOp { RequestPut = AnyPut() },
        < 11 when kind == TxnKind.PutAndDelete => new RequestOp { RequestDeleteRange = AnyBoundedDelete() },
        < 11 when kind == TxnKind.Delete => new RequestOp { RequestDeleteRange = AnyDelete() },
        < 14 when depth < MaxNesting => new RequestOp { RequestTxn = AnyTxn(depth + 1, kind) },
        19 when Chance(5) => new RequestOp(),
        _ => new RequestOp { RequestRange = AnyRangeRequest() },
    };

    private Compare AnyCompare()
    {
        var compare = new Compare
        {
            Key = AnyKey(),
            Result = (Compare.Types.CompareResult)_random.Next(4),
            Target = (Compare.Types.CompareTarget)_random.Next(5),
        };
        SetOperand(compare, Chance(3) ? (Compare.Types.CompareTarget)_random.Next(5) : compare.Target);
        if (Chance(20))
        {
            (compare.Key, compare.RangeEnd) = Keys.AnyRange(_random);
        }

        return compare;
    }

    private void SetOperand(Compare compare, Compare.Types.CompareTarget target)
    {
        switch (target)
        {
            case Compare.Types.CompareTarget.Version: compare.Version = _random.Next(4); break;
            case Compare.Types.CompareTarget.Create: compare.CreateRevision = Chance(40) ? 0 : AnyRevision(); break;
            case Compare.Types.CompareTarget.Mod: compare.ModRevision = Chance(40) ? 0 : AnyRevision(); break;
            case Compare.Types.CompareTarget.Value: compare.Value = AnyValue(); break;
            default: compare.Lease = Chance(40) ? 0 : AnyLeaseId(); break;
        }
    }

    private Step Compact()
    {
        var revision = Math.Max(1, Chance(60) ? reference.Revision - _random.Next(12) : AnyRevision());
        var request = new CompactionRequest { Revision = revision, Physical = Chance(60) };
        return Step.Unary("KV/Compact", request, (s, r, o) => s.Kv.CompactAsync(r, o), s => s.ObserveCompaction(request.Revision));
    }
}
