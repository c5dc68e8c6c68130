using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Auth;

/// <summary>The content of a token with a valid signature. Times are seconds since 1970; null is no limit.</summary>
/// <param name="Who">Its user.</param>
/// <param name="End">exp: invalid from then on.</param>
/// <param name="Start">nbf: invalid before.</param>
/// <param name="Issued">iat: invalid before.</param>
internal sealed record VerifiedToken(AuthInfo Who, double? End, double? Start, double? Issued)
{
    public bool IsValidAt(double now) => !(now >= End) && !(now < Start) && !(now < Issued);
}
