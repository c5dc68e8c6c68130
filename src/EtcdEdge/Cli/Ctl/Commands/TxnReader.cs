using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Grammar;
using EtcdEdge.Cli.Output;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>Reads a transaction: conditions, requests for success, requests for failure, each part ended by an empty line.</summary>
internal sealed class TxnReader(LineReader lines, Action<string> prompt)
{
    /// <exception cref="CliFailure">Exit code 3, for a wrong line or a missing end.</exception>
    public TxnRequest Read()
    {
        var request = new TxnRequest();
        prompt("compares:");
        request.Compare.AddRange(ReadPart(Comparison.Parse));
        prompt("success requests (get, put, del):");
        request.Success.AddRange(ReadPart(ParseRequest));
        prompt("failure requests (get, put, del):");
        request.Failure.AddRange(ReadPart(ParseRequest));
        return request;
    }

    /// <summary>A request of a transaction: the command line of get, put or del.</summary>
    /// <exception cref="CliFailure">Exit code 3; for arguments that the command refuses, its own.</exception>
    public static RequestOp ParseRequest(string line)
    {
        var words = Words.Split(line);
        if (words.Count < 2)
        {
            throw new CliFailure(CliFailure.InvalidInput, $"invalid txn compare request: {line}");
        }

        return words[0] switch
        {
            "put" => new RequestOp { RequestPut = PutCommand.Request(Call(PutCommand.Command, line, words)) },
            "get" => new RequestOp { RequestRange = GetCommand.Request(Call(GetCommand.Command, line, words)) },
            "del" => new RequestOp { RequestDeleteRange = DelCommand.Request(Call(DelCommand.Command, line, words)) },
            _ => throw new CliFailure(CliFailure.InvalidInput, $"invalid txn request: {line}"),
        };
    }

    private static CliCall Call(CliCommand command, string line, List<string> words)
    {
        var parsed = new CliLine([command]);
        return parsed.Parse(words[1..]) is null && !parsed.IsHelp ? parsed.ToCall()
            : throw new CliFailure(CliFailure.InvalidInput, $"invalid txn request: {line}");
    }

    private List<T> ReadPart<T>(Func<string, T> parse)
    {
        var part = new List<T>();
        while (true)
        {
            var line = (lines.ReadLine() ?? throw new CliFailure(CliFailure.InvalidInput, "EOF")).Trim();
            if (line.Length == 0)
            {
                return part;
            }

            part.Add(parse(line));
        }
    }
}
