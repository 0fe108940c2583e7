using EdgeSmtp.Client.Net;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>Why a connection ended within a transaction.</summary>
/// <param name="Wire">How it broke; <see cref="WireFailure.None"/> when the server said 421.</param>
/// <param name="Reply">The 421, or the last thing the server said about it.</param>
/// <param name="Detail">For people.</param>
/// <param name="BeforeFirstReply">Whether the server had not answered anything of this transaction: on a connection that was used before, a reason to try once more on a new one.</param>
public sealed record SmtpSendFailure(WireFailure Wire, ServerReply? Reply, string Detail, bool BeforeFirstReply)
{
    /// <inheritdoc />
    public override string ToString() => Reply is null ? Detail : Reply.ToString();
}
