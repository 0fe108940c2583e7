using System.Formats.Asn1;
using System.Text;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>A message from the server, as far as we look into it.</summary>
/// <param name="Id">Number of the request that it answers; 0 for one that nobody asked for.</param>
/// <param name="Operation">What it is: the application tag (RFC 4511 §4.2.2, §4.5.2, §4.12).</param>
/// <param name="Code">The result; 0 for an entry or a reference.</param>
/// <param name="Diagnostic">What the server says about it, for the log.</param>
internal readonly record struct LdapReply(int Id, int Operation, int Code, string Diagnostic)
{
    public const int BindResponse = 1;
    public const int SearchEntry = 4;
    public const int SearchDone = 5;
    public const int SearchReference = 19;
    public const int ExtendedResponse = 24;

    private const int DiagnosticMax = 200;
    private const int CodeBytesMax = 2;

    /// <summary>Reads a message.</summary>
    /// <exception cref="AsnContentException">It is none.</exception>
    public static LdapReply Read(ReadOnlyMemory<byte> message)
    {
        AsnReader outer = new(message, AsnEncodingRules.BER);
        AsnReader envelope = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (!envelope.TryReadInt32(out int id))
        {
            throw new AsnContentException();
        }

        Asn1Tag tag = envelope.PeekTag();
        if (tag.TagClass != TagClass.Application)
        {
            throw new AsnContentException();
        }

        AsnReader operation = envelope.ReadSequence(tag);
        switch (tag.TagValue)
        {
            case SearchEntry:
                // Its name and its attributes, of which we asked for none.
                operation.ReadOctetString();
                operation.ReadSequence();
                return new LdapReply(id, SearchEntry, 0, string.Empty);
            case SearchReference:
                return new LdapReply(id, SearchReference, 0, string.Empty);
            default:
                ReadOnlySpan<byte> octets = operation.ReadEnumeratedBytes().Span;
                if (octets.Length > CodeBytesMax)
                {
                    throw new AsnContentException();
                }

                int code = octets.Length == 1 ? octets[0] : (octets[0] << 8) | octets[1];
                operation.ReadOctetString();
                return new LdapReply(id, tag.TagValue, code, Printable(operation.ReadOctetString()));
        }
    }

    private static string Printable(byte[] text)
    {
        string diagnostic = Encoding.UTF8.GetString(text.AsSpan(0, Math.Min(text.Length, DiagnosticMax)));
        return string.Create(diagnostic.Length, diagnostic, static (target, source) =>
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
    }
}
