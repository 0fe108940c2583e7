using EdgeSmtp.Client.Net;
using EdgeSmtp.Protocol.Qmtp;

namespace EdgeSmtp.Client.Qmtp;

/// <summary>The result of pipelined packages.</summary>
/// <param name="Replies">For each package one reply for each recipient, in order; <c>null</c> where none came: the server may or may not have the message.</param>
/// <param name="Failure">How the connection broke; <see cref="WireFailure.None"/> when it can be used again.</param>
/// <param name="Detail">For people.</param>
public sealed record QmtpSendResult(IReadOnlyList<QmtpReply?[]> Replies, WireFailure Failure, string Detail);
