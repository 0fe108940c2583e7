namespace EdgeSmtp.Filters.Milter.Wire;

/// <summary>What the mail server says to a milter (SMFIC_ of Sendmail's <c>mfdef.h</c>, protocol version 6).</summary>
internal enum MilterCommand : byte
{
    Abort = (byte)'A',
    Body = (byte)'B',
    Connect = (byte)'C',
    Macros = (byte)'D',
    EndOfBody = (byte)'E',
    Hello = (byte)'H',
    Header = (byte)'L',
    Mail = (byte)'M',
    EndOfHeader = (byte)'N',
    Negotiate = (byte)'O',
    Quit = (byte)'Q',
    Recipient = (byte)'R',
    Data = (byte)'T',
}
