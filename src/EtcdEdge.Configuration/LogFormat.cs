namespace EtcdEdge.Configuration;

/// <summary>How one log line looks.</summary>
public enum LogFormat
{
    Json,
    Console,
}
