namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A span as a collector gets it.</summary>
internal sealed record CollectedSpan
{
    public string Trace { get; set; } = "";

    public string Id { get; set; } = "";

    public string Parent { get; set; } = "";

    public string Name { get; set; } = "";

    public Dictionary<string, string> Tags { get; } = [];

    public List<string> LinkedTraces { get; } = [];

    /// <summary>Name and instance of the service that sent it.</summary>
    public string Service { get; set; } = "";
}
