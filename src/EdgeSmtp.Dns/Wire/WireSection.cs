namespace EdgeSmtp.Dns.Wire;

/// <summary>One section of a message: so many records from there on. Walking it cannot fail once <see cref="WireMessage.TryRead"/> has.</summary>
/// <param name="start">Where the first record begins.</param>
/// <param name="count">Records.</param>
internal readonly struct WireSection(int start, int count)
{
    /// <summary>Where the first record begins.</summary>
    public int Start => start;

    /// <summary>Records.</summary>
    public int Count => count;
}
