namespace EtcdEdge.Server.Metrics;

/// <summary>What is true at one scrape, read once, so that its gauges agree with each other.</summary>
internal sealed record Scrape(NodeReadings Node, ProcessReadings Process);
