using System.Buffers;
using System.Text;
using EdgeSmtp.Delivery.Content;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Delivery.Maildir;

/// <summary>What a mailbox gets: Return-Path and Delivered-To in front, an older Return-Path taken out (RFC 5321 §4.4), lines ended by LF.</summary>
internal static class MaildirContent
{
    private const int HeaderBytesMax = 1024 * 1024;

    /// <summary>Whether the message was in this mailbox before: its own Delivered-To is there already.</summary>
    public static bool IsLooping(ReadOnlySequence<byte> content, string deliveredTo)
    {
        byte[] header = MessageHeader.Copy(content, HeaderBytesMax);
        foreach (HeaderFieldView field in new HeaderFields(header))
        {
            if (field.HasName("Delivered-To"u8) && string.Equals(Encoding.UTF8.GetString(field.RawValue).Trim(), deliveredTo, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes the message.</summary>
    public static void Write(ReadOnlySequence<byte> content, MailPath returnPath, string deliveredTo, Stream output)
    {
        output.Write("Return-Path: <"u8);
        output.Write(returnPath.Bytes.Span);
        output.Write(">\nDelivered-To: "u8);
        output.Write(Encoding.UTF8.GetBytes(deliveredTo));
        output.Write("\n"u8);
        byte[] header = MessageHeader.Copy(content, HeaderBytesMax);
        foreach (HeaderFieldView field in new HeaderFields(header))
        {
            if (!field.HasName("Return-Path"u8))
            {
                WriteLines(new ReadOnlySequence<byte>(field.Raw.ToArray()), output);
            }
        }

        WriteLines(content.Slice(header.Length), output);
    }

    /// <summary>Copies with CRLF as LF; a CR that no LF follows stays.</summary>
    internal static void WriteLines(ReadOnlySequence<byte> content, Stream output)
    {
        bool isCrHeld = false;
        foreach (ReadOnlyMemory<byte> memory in content)
        {
            ReadOnlySpan<byte> rest = memory.Span;
            while (!rest.IsEmpty)
            {
                if (isCrHeld && rest[0] != '\n')
                {
                    output.Write("\r"u8);
                }

                isCrHeld = false;
                int cr = rest.IndexOf((byte)'\r');
                output.Write(cr < 0 ? rest : rest[..cr]);
                isCrHeld = cr >= 0;
                rest = cr < 0 ? default : rest[(cr + 1)..];
            }
        }

        if (isCrHeld)
        {
            output.Write("\r"u8);
        }
    }
}
