namespace EdgeSmtp.Client.Net;

/// <summary>The connection is gone. Thrown inside the client and caught once per operation, which turns it into a value.</summary>
internal sealed class WireException(WireFailure failure, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>How.</summary>
    public WireFailure Failure { get; } = failure;
}
