namespace EtcdEdge.Differential;

/// <summary>Draws a sequence of calls from a seed.</summary>
internal interface IGenerator
{
    Step Next();

    /// <summary>The calls that end every sequence.</summary>
    IEnumerable<Step> Closing();
}
