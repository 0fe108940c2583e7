using System.IO.Pipelines;

namespace EdgeSmtp.Testing.Scripts;

/// <summary>One end of a connection.</summary>
internal sealed class PipePair(PipeReader input, PipeWriter output) : IDuplexPipe
{
    /// <inheritdoc />
    public PipeReader Input => input;

    /// <inheritdoc />
    public PipeWriter Output => output;
}
