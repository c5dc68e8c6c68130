using System.Globalization;
using System.Text;
using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using EtcdEdge.Testing;
using Google.Protobuf;

namespace EtcdEdge.StateMachine.Tests.Mvcc;

/// <summary>
/// The fixtures' language. <c>put k v</c>, <c>get k [end]</c>, <c>del k [end]</c> with etcd's options by name, <c>txn</c> with lines
/// <c>if / then / else</c>, <c>compact rev</c>, <c>sweep n</c>, <c>hash [rev]</c>, <c>grant id ttl</c>, <c>revoke id</c>, <c>alarm action type
/// member</c>,
/// <c>quota bytes</c>, <c>size</c>. A lone end of <c>\0</c> means from the key on.
/// </summary>
internal sealed class MachineScript
{
    private Machine _machine = new();

    public string Run(DataDriven.Command command) => command.Name switch
    {
        "quota" => Restart((long)command.Id(0)),
        "compact" => Log(RequestKind.Compaction, new CompactionRequest { Revision = long.Parse(command.Args[0], CultureInfo.InvariantCulture) }),
        "sweep" => _machine.CompactStep((int)command.Id(0)) ? "more" : "done",
        "hash" => Hash(command.Args.Count == 0 ? 0 : (long)command.Id(0)),
        "grant" => Log(RequestKind.LeaseGrant, new LeaseGrantRequest { ID = (long)command.Id(0), TTL = (long)command.Id(1) }),
        "revoke" => Log(RequestKind.LeaseRevoke, new LeaseRevokeRequest { ID = (long)command.Id(0) }),
        "checkpoint" => Log(RequestKind.LeaseCheckpoint, CheckpointOf(command)),
        "alarm" => Log(RequestKind.Alarm, AlarmOf(command)),
        "history" => History((long)command.Id(0)),
        "size" => $"keys {_machine.Root.KeyCount} records {_machine.Root.RecordCount} bytes {_machine.Root.SizeBytes}",
        "txn" => Txn(TxnOf(command.Input.Split('\n', StringSplitOptions.RemoveEmptyEntries))),
        _ => Single(OperationOf(command.Name, command.Args, command.Options)),
    };

    private string Restart(long quotaBytes)
    {
        _machine = new Machine(quotaBytes);
        return "ok";
    }

    private string Single(RequestOp operation)
    {
        switch (operation.RequestCase)
        {
            case RequestOp.RequestOneofCase.RequestRange:
                return Read(operation.RequestRange);
            case RequestOp.RequestOneofCase.RequestPut:
                var put = KvChecks.Check(PutOp.Parse(operation.RequestPut.ToByteArray()));
                return put == EtcdError.None ? Log(RequestKind.Put, operation.RequestPut) : $"refused {put}";
            default:
                return Log(RequestKind.DeleteRange, operation.RequestDeleteRange);
        }
    }

    private string Read(RangeRequest request)
    {
        var op = RangeOp.Parse(request.ToByteArray());
        var error = KvChecks.Check(op);
        RangeResult? result = null;
        if (error == EtcdError.None)
        {
            error = _machine.Root.Range(op, out result);
        }

        return error == EtcdError.None ? Show(result!) + $"revision {_machine.Root.Revision}" : $"refused {error}";
    }

    private string Txn(TxnRequest request)
    {
        var op = TxnOp.Parse(request.ToByteArray());
        var error = KvChecks.Check(op, 8);
        if (error != EtcdError.None)
        {
            return $"refused {error}";
        }

        if (!op.IsReadOnly)
        {
            return Log(RequestKind.Txn, request);
        }

        error = _machine.Root.Txn(op, out var result);
        return error == EtcdError.None ? Show(result!) + $"revision {_machine.Root.Revision}" : $"refused {error}";
    }

    private string Log(RequestKind kind, IMessage request)
    {
        var result = _machine.Apply(kind, request);
        var answer = result.Error != EtcdError.None ? $"refused {result.Error}\n" : result.Response switch
        {
            KvResult kv => Show(kv),
            AlarmResponse alarms => string.Concat(alarms.Alarms.Select(alarm => $"alarm {alarm.Alarm} member {alarm.MemberID}\n")),
            _ => "",
        };
        return answer + $"revision {result.Revision}";
    }

    private string Hash(long revision)
    {
        var error = _machine.Root.HashKv(revision, out var hash);
        return error == EtcdError.None
            ? string.Create(CultureInfo.InvariantCulture, $"hash {hash.Hash} compact {hash.CompactRevision} revision {hash.Revision}")
            : $"refused {error}";
    }

    private string History(long from)
    {
        var text = new StringBuilder();
        foreach (var record in _machine.Root.History.From(from))
        {
            text.Append(CultureInfo.InvariantCulture, $"{record.ModRevision}.{record.SubRevision} ")
                .Append(record.IsTombstone ? $"delete {Text(record.Key)}" : $"put {Text(record.Key)}={Text(record.Value)}").Append('\n');
        }

        return text.ToString();
    }

    private static string Show(KvResult result) => result switch
    {
        RangeResult range => string.Concat(range.Records.ToArray().Select(record => Show(record, range.KeysOnly)))
            + $"count {range.Count}{(range.More ? " more" : "")}\n",
        PutResult put => put.Previous is null ? "" : "previous " + Show(put.Previous, false),
        DeleteRangeResult delete => $"deleted {delete.Deleted}\n"
            + string.Concat(delete.Previous.ToArray().Select(record => "previous " + Show(record, false))),
        TxnResult txn => (txn.Succeeded ? "success\n" : "failure\n") + string.Concat(txn.Responses.Select(Show)),
        _ => "",
    };

    private static string Show(TxnResponseOp response)
    {
        var lines = $"{response.Kind} at {response.Revision}\n" + Show(response.Result);
        return string.Concat(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"  {line}\n"));
    }

    private static string Show(EtcdEdge.StateMachine.Model.Record record, bool keysOnly) =>
        $"{Text(record.Key)}{(keysOnly ? "" : "=" + Text(record.Value))} created {record.CreateRevision} modified {record.ModRevision} "
        + $"version {record.Version}{(record.Lease == 0 ? "" : $" lease {record.Lease}")}\n";

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static LeaseCheckpointRequest CheckpointOf(DataDriven.Command command) =>
        new() { Checkpoints = { new LeaseCheckpoint { ID = (long)command.Id(0), RemainingTTL = (long)command.Id(1) } } };

    private static AlarmRequest AlarmOf(DataDriven.Command command) => new()
    {
        Action = Enum.Parse<AlarmRequest.Types.AlarmAction>(command.Args[0], ignoreCase: true),
        Alarm = Enum.Parse<AlarmType>(command.Args[1], ignoreCase: true),
        MemberID = command.Id(2),
    };

    private static TxnRequest TxnOf(IEnumerable<string> lines)
    {
        var txn = new TxnRequest();
        foreach (var words in lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            switch (words[0])
            {
                case "if": txn.Compare.Add(CompareOf(words[1], words[2], words[3], words.Length > 4 ? words[4] : "")); break;
                case "then": txn.Success.Add(OperationOf(words[1..])); break;
                default: txn.Failure.Add(OperationOf(words[1..])); break;
            }
        }

        return txn;
    }

    private static RequestOp OperationOf(string[] words)
    {
        if (words[0] == "empty")
        {
            return new RequestOp();
        }

        if (words[0] == "txn")
        {
            // A nested transaction in one line: its parts are divided by semicolons.
            return new RequestOp { RequestTxn = TxnOf(string.Join(' ', words[1..]).Split(';')) };
        }

        var options = words.Where(word => word.Contains('='))
            .ToDictionary(word => word[..word.IndexOf('=')], word => word[(word.IndexOf('=') + 1)..]);
        return OperationOf(words[0], [.. words[1..].Where(word => !word.Contains('='))], options);
    }

    private static Compare CompareOf(string target, string key, string relation, string operand)
    {
        var compare = new Compare
        {
            Key = ByteString.CopyFromUtf8(key.Split("..")[0]),
            RangeEnd = key.Contains("..") ? ByteString.CopyFromUtf8(key.Split("..")[1]) : ByteString.Empty,
            Target = Enum.Parse<Compare.Types.CompareTarget>(target, ignoreCase: true),
            Result = relation switch
            {
                "=" => Compare.Types.CompareResult.Equal,
                "!=" => Compare.Types.CompareResult.NotEqual,
                ">" => Compare.Types.CompareResult.Greater,
                _ => Compare.Types.CompareResult.Less,
            },
        };
        switch (compare.Target)
        {
            case Compare.Types.CompareTarget.Version: compare.Version = long.Parse(operand, CultureInfo.InvariantCulture); break;
            case Compare.Types.CompareTarget.Create: compare.CreateRevision = long.Parse(operand, CultureInfo.InvariantCulture); break;
            case Compare.Types.CompareTarget.Mod: compare.ModRevision = long.Parse(operand, CultureInfo.InvariantCulture); break;
            case Compare.Types.CompareTarget.Lease: compare.Lease = long.Parse(operand, CultureInfo.InvariantCulture); break;
            default: compare.Value = ByteString.CopyFromUtf8(operand); break;
        }

        return compare;
    }

    private static RequestOp OperationOf(string name, IReadOnlyList<string> args, IReadOnlyDictionary<string, string> options)
    {
        long Number(string option) => options.TryGetValue(option, out var value) ? long.Parse(value, CultureInfo.InvariantCulture) : 0;
        bool Flag(string flag) => args.Contains(flag);
        string[] flags = ["prev_kv", "ignore_value", "ignore_lease", "keys_only", "count_only"];
        var words = args.Where(word => !flags.Contains(word)).ToArray();
        var key = ByteString.CopyFromUtf8(words.Length == 0 || words[0] == "-" ? "" : words[0]);
        var second = words.Length < 2 ? ByteString.Empty : words[1] == "\\0" ? ByteString.CopyFrom(0) : ByteString.CopyFromUtf8(words[1]);
        return name switch
        {
            "put" => new RequestOp
            {
                RequestPut = new PutRequest
                {
                    Key = key,
                    Value = second,
                    Lease = Number("lease"),
                    PrevKv = Flag("prev_kv"),
                    IgnoreValue = Flag("ignore_value"),
                    IgnoreLease = Flag("ignore_lease"),
                },
            },
            "del" => new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = key, RangeEnd = second, PrevKv = Flag("prev_kv") } },
            "get" => new RequestOp
            {
                RequestRange = new RangeRequest
                {
                    Key = key,
                    RangeEnd = second,
                    Revision = Number("rev"),
                    Limit = Number("limit"),
                    KeysOnly = Flag("keys_only"),
                    CountOnly = Flag("count_only"),
                    SortOrder = (RangeRequest.Types.SortOrder)Number("order"),
                    SortTarget = (RangeRequest.Types.SortTarget)Number("by"),
                    MinModRevision = Number("min_mod"),
                    MaxModRevision = Number("max_mod"),
                    MinCreateRevision = Number("min_create"),
                    MaxCreateRevision = Number("max_create"),
                },
            },
            _ => throw new ArgumentException($"no command {name}"),
        };
    }
}
