namespace EdgeSmtp.Core.Storage;

/// <summary>A queued message as <c>queue list</c> shows it, from the index alone.</summary>
/// <param name="Id">Its id.</param>
/// <param name="SizeBytes">Bytes of header and body.</param>
/// <param name="Received">When it became ours.</param>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="NextAttempt">When it is due.</param>
/// <param name="RecipientsLeft">Recipients not yet finished.</param>
/// <param name="Held">Whether it is held.</param>
/// <param name="InAttempt">Whether an attempt runs now.</param>
/// <param name="LastStatus">Last status, or <c>null</c>.</param>
/// <param name="Lane">What it waits for.</param>
public sealed record MessageSummary(
    MessageId Id, long SizeBytes, DateTimeOffset Received, int Attempts, DateTimeOffset NextAttempt, int RecipientsLeft, bool Held, bool InAttempt, string? LastStatus,
    MessageLane Lane = MessageLane.Delivery);
