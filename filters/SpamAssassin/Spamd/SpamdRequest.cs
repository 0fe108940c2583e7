using System.Buffers;
using System.Globalization;
using System.Text;

namespace EdgeSmtp.Filters.SpamAssassin.Spamd;

/// <summary>One question to spamd.</summary>
/// <param name="Command">What is asked for.</param>
/// <param name="User">Whose preferences count; <c>null</c> for nobody's. <see cref="SpamdUser"/> has made sure that it can stand in a line and in a path.</param>
/// <param name="Preamble">A field in front of the message that is not in it.</param>
/// <param name="Message">The message as it is staged. Read until the answer is there, and not copied.</param>
/// <param name="Compress">Whether it is sent compressed, which copies it.</param>
internal sealed record SpamdRequest(SpamdCommand Command, string? User, ReadOnlyMemory<byte> Preamble, ReadOnlySequence<byte> Message, bool Compress)
{
    // Names, reports and fields are small; a spamd that sends more has gone mad.
    private const int ExtraBytesMax = 256 * 1024;

    /// <summary>Bytes that the answer may have behind its head.</summary>
    public int AnswerBytesMax => Command switch
    {
        SpamdCommand.Check => 0,
        SpamdCommand.Process => (int)Math.Min(Array.MaxLength, Preamble.Length + Message.Length + ExtraBytesMax),
        _ => ExtraBytesMax,
    };

    /// <summary>The lines before the message.</summary>
    /// <param name="contentLength">Bytes that follow them.</param>
    public byte[] Head(long contentLength)
    {
        string command = Command.ToString().ToUpperInvariant();
        string user = User is null ? string.Empty : $"User: {User}\r\n";
        string coding = Compress ? "Compress: zlib\r\n" : string.Empty;
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{command} SPAMC/1.5\r\nContent-length: {contentLength}\r\n{user}{coding}\r\n"));
    }
}
