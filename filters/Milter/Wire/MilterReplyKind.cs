namespace EdgeSmtp.Filters.Milter.Wire;

/// <summary>What a milter says (SMFIR_ of <c>mfdef.h</c>).</summary>
internal enum MilterReplyKind : byte
{
    AddRecipient = (byte)'+',
    RemoveRecipient = (byte)'-',
    AddRecipientWithParameters = (byte)'2',
    Shutdown = (byte)'4',
    Accept = (byte)'a',
    ReplaceBody = (byte)'b',
    Continue = (byte)'c',
    Discard = (byte)'d',
    ChangeSender = (byte)'e',
    ConnectionFailure = (byte)'f',
    AddHeader = (byte)'h',
    InsertHeader = (byte)'i',
    ChangeHeader = (byte)'m',
    Negotiate = (byte)'O',
    Progress = (byte)'p',
    Quarantine = (byte)'q',
    Reject = (byte)'r',
    Skip = (byte)'s',
    TemporaryFailure = (byte)'t',
    ReplyCode = (byte)'y',
}
