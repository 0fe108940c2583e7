namespace EdgeSmtp.Server.Events;

/// <summary>Takes batches of lines. Called by the writer's thread only; throws <see cref="IOException"/> when it cannot write.</summary>
internal interface IEventOutput : IDisposable
{
    /// <summary>Writes whole lines.</summary>
    /// <param name="lines">UTF-8 with line ends.</param>
    void Write(ReadOnlySpan<byte> lines);

    /// <summary>Opens the file anew, if there is one.</summary>
    void Reopen();
}
