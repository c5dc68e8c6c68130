using EtcdEdge.Api;
using Grpc.Core;

namespace EtcdEdge.Differential;

/// <summary>Leases with chosen IDs. Their TTLs are long, because expiry depends on the clock; short ones are revoked in the same step.</summary>
internal sealed partial class Generator
{
    private const int LeaseIds = 6;
    private const long TtlStepSeconds = 1_000;

    private long AnyLeaseId() => Chance(4) ? 0x7777 : 0x100 + _random.Next(LeaseIds);

    private Step AnyLeaseStep() => _random.Next(12) switch
    {
        < 4 => Grant(new LeaseGrantRequest { ID = AnyLeaseId(), TTL = AnyTtl() }),
        4 => GrantShort(),
        < 7 => Step.Unary("Lease/LeaseRevoke", new LeaseRevokeRequest { ID = AnyLeaseId() }, (s, r, o) => s.Lease.LeaseRevokeAsync(r, o)),
        < 9 => TimeToLive(new LeaseTimeToLiveRequest { ID = AnyLeaseId(), Keys = Chance(70) }),
        9 => Step.Unary("Lease/LeaseLeases", new LeaseLeasesRequest(), (s, r, o) => s.Lease.LeaseLeasesAsync(r, o)),
        _ => KeepAlive(),
    };

    private static Step Grant(LeaseGrantRequest request) => Step.Unary("Lease/LeaseGrant", request, (s, r, o) => s.Lease.LeaseGrantAsync(r, o));

    private static Step TimeToLive(LeaseTimeToLiveRequest request) =>
        Step.Unary("Lease/LeaseTimeToLive", request, (s, r, o) => s.Lease.LeaseTimeToLiveAsync(r, o));

    private long AnyTtl() => Chance(5) ? 9_000_000_000 + _random.Next(2) : TtlStepSeconds * _random.Next(1, 9);

    /// <summary>A TTL below the minimum is raised; the lease goes again before it can expire.</summary>
    private Step GrantShort()
    {
        var request = new LeaseGrantRequest { ID = 0x900, TTL = _random.Next(-1, 4) };
        return new Step("Lease/LeaseGrant+Revoke", AnswerText.Of(request), async (session, cancel) =>
        {
            var options = new CallOptions(cancellationToken: cancel);
            var granted = await session.Lease.LeaseGrantAsync(request, options);
            var revoked = await session.Lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = request.ID }, options);
            session.Observe(revoked);
            return AnswerText.Of(granted) + AnswerText.Of(revoked);
        });
    }

    private Step KeepAlive()
    {
        var ids = Enumerable.Range(0, _random.Next(1, 4)).Select(_ => AnyLeaseId()).ToArray();
        return new Step("Lease/LeaseKeepAlive", string.Join(' ', ids), async (session, cancel) =>
        {
            using var call = session.Lease.LeaseKeepAlive(cancellationToken: cancel);
            var answers = new List<string>();
            foreach (var id in ids)
            {
                await call.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = id }, cancel);
                answers.Add(await call.ResponseStream.MoveNext(cancel) ? AnswerText.Of(call.ResponseStream.Current) : "end of stream");
            }

            await call.RequestStream.CompleteAsync();
            return string.Join(' ', answers);
        });
    }
}
