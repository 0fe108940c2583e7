namespace EdgeSmtp.Protocol.Smtp;

/// <summary>What the client made of the bytes of a reply so far.</summary>
public enum ReplyParseStatus : byte
{
    /// <summary>The reply goes on.</summary>
    NeedMore,

    /// <summary>The reply is complete, in <see cref="ReplyParser.Reply"/>.</summary>
    Complete,

    /// <summary>The bytes are no reply, or more than the limit. The connection is out of step: close it.</summary>
    Bad,
}
