using System.Net.Sockets;

namespace EdgeSmtp.Client.Net;

/// <summary>Outcome of a dial.</summary>
/// <param name="Socket">The connected socket, which the caller owns; <c>null</c> on failure.</param>
/// <param name="Failure">Why not.</param>
/// <param name="Detail">For the log.</param>
public readonly record struct DialResult(Socket? Socket, DialFailure Failure, string Detail);
