using System.Globalization;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>A call's time, as the header grpc-timeout gives it: at most eight digits and a unit (gRPC over HTTP/2, "Timeout").</summary>
internal static class CallTimeout
{
    private const int LongestText = 9;

    /// <summary>Null when there is none or it is malformed.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text.Length is < 2 or > LongestText
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return null;
        }

        return text[^1] switch
        {
            'H' => Bounded(TimeSpan.FromHours(count)),
            'M' => Bounded(TimeSpan.FromMinutes(count)),
            'S' => Bounded(TimeSpan.FromSeconds(count)),
            'm' => Bounded(TimeSpan.FromMilliseconds(count)),
            'u' => Bounded(TimeSpan.FromMicroseconds(count)),
            'n' => Bounded(TimeSpan.FromMicroseconds(count / 1000.0)),
            _ => null,
        };
    }

    // Timers of .NET end at 49 days; a longer timeout means none.
    private static TimeSpan? Bounded(TimeSpan time) => time < TimeSpan.FromDays(49) ? time : null;
}
