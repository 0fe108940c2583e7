using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>What the client decides without asking the server, in the form of replies.</summary>
internal static class LocalReplies
{
    /// <summary>RFC 6531 §3.2 with RFC 6531 §4.6 (X.6.7): the address needs SMTPUTF8.</summary>
    public static ServerReply Utf8Address { get; } = new(553, "5.6.7", ["the next hop takes no internationalized addresses"]);

    /// <summary>RFC 6531 §4.6 (X.6.9): the header needs SMTPUTF8.</summary>
    public static ServerReply Utf8Header { get; } = new(554, "5.6.9", ["the next hop takes no internationalized header"]);

    /// <summary>RFC 3030 §3: binary content cannot be downgraded here.</summary>
    public static ServerReply Binary { get; } = new(554, "5.6.3", ["the next hop takes no binary content"]);

    /// <summary>RFC 6152 §3, where the route asks for it.</summary>
    public static ServerReply EightBit { get; } = new(554, "5.6.3", ["the next hop takes no 8-bit content"]);

    /// <summary>RFC 1870 §6.1: larger than the server's SIZE.</summary>
    public static ServerReply TooLarge { get; } = new(552, "5.3.4", ["the message is larger than the next hop takes"]);

    /// <summary>A path that would break a command line. The parsers let none in; this is the last door.</summary>
    public static ServerReply BadAddress { get; } = new(501, "5.1.3", ["the address cannot stand in a command"]);

    /// <summary>The same for the reverse-path.</summary>
    public static ServerReply BadSender { get; } = new(501, "5.1.7", ["the sender's address cannot stand in a command"]);
}
