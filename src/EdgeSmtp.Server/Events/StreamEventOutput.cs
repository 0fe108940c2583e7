namespace EdgeSmtp.Server.Events;

/// <summary>Writes lines to a stream, such as standard output.</summary>
/// <param name="stream">The stream; owned.</param>
internal sealed class StreamEventOutput(Stream stream) : IEventOutput
{
    /// <inheritdoc />
    public void Write(ReadOnlySpan<byte> lines)
    {
        stream.Write(lines);
        stream.Flush();
    }

    /// <inheritdoc />
    public void Reopen()
    {
    }

    /// <inheritdoc />
    public void Dispose() => stream.Dispose();
}
