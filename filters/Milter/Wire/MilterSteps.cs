namespace EdgeSmtp.Filters.Milter.Wire;

/// <summary>What a milter does not want to be told, what it does not answer, and how it wants things said (SMFIP_ of <c>mfdef.h</c>).</summary>
[Flags]
internal enum MilterSteps : uint
{
    None = 0,
    NoConnect = 0x000001,
    NoHello = 0x000002,
    NoMail = 0x000004,
    NoRecipient = 0x000008,
    NoBody = 0x000010,
    NoHeaders = 0x000020,
    NoEndOfHeader = 0x000040,
    NoReplyHeader = 0x000080,
    NoUnknown = 0x000100,
    NoData = 0x000200,
    Skip = 0x000400,
    RefusedRecipients = 0x000800,
    NoReplyConnect = 0x001000,
    NoReplyHello = 0x002000,
    NoReplyMail = 0x004000,
    NoReplyRecipient = 0x008000,
    NoReplyData = 0x010000,
    NoReplyUnknown = 0x020000,
    NoReplyEndOfHeader = 0x040000,
    NoReplyBody = 0x080000,
    HeaderLeadingSpace = 0x100000,

    /// <summary>All that we can do. Recipients that were refused are not shown: a filter is asked about those that others let through.</summary>
    Offered = 0x1FFFFF & ~RefusedRecipients,
}
