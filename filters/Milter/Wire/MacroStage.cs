namespace EdgeSmtp.Filters.Milter.Wire;

/// <summary>Where a list of macros belongs (SMFIM_ of <c>mfapi.h</c>).</summary>
internal enum MacroStage : byte
{
    Connect = 0,
    Hello = 1,
    Mail = 2,
    Recipient = 3,
    Data = 4,
    EndOfMessage = 5,
    EndOfHeader = 6,
}
