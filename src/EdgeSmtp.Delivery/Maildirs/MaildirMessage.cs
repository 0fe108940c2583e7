using System.Buffers;
using System.Text;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Delivery.Maildirs;

/// <summary>The header of a message as Maildirs need it: whether it has been here before, and without the Return-Path of others.</summary>
/// <param name="header">The header fields, without the blank line.</param>
internal readonly ref struct MaildirMessage(ReadOnlySpan<byte> header)
{
    private readonly ReadOnlySpan<byte> _header = header;

    /// <summary>Whether a Delivered-To field names this recipient already: the message goes round (spec §16).</summary>
    /// <param name="recipient">The address as it will stand in our own field.</param>
    public bool WasDeliveredTo(ReadOnlySpan<byte> recipient)
    {
        foreach (HeaderFieldView field in new HeaderFields(_header))
            if (field.HasName("Delivered-To"u8) && Ascii.EqualsIgnoreCase(Trim(field.RawValue), recipient)) return true;
        return false;
    }

    /// <summary>Writes the header of the stored message: our two fields, then the rest without any Return-Path (RFC 5321 §4.4: there is one, made at final delivery).</summary>
    public void Write(ReadOnlySpan<byte> reversePath, ReadOnlySpan<byte> recipient, IBufferWriter<byte> output)
    {
        output.Write("Return-Path: <"u8);
        output.Write(reversePath);
        output.Write(">\r\nDelivered-To: "u8);
        output.Write(recipient);
        output.Write("\r\n"u8);
        foreach (HeaderFieldView field in new HeaderFields(_header))
            if (!field.HasName("Return-Path"u8)) output.Write(field.Raw);
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value) => value.Trim(" \t\r\n"u8);
}
