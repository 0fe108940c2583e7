using System.Formats.Asn1;
using System.Text;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>The requests that we send (RFC 4511 §4).</summary>
internal static class LdapRequests
{
    private const int Version = 3;

    // One match is as good as many.
    private const int EntriesMax = 2;

    // OID of StartTLS (RFC 4511 §4.14.1).
    private const string StartTlsName = "1.3.6.1.4.1.1466.20037";

    // No attributes (RFC 4511 §4.5.1.8): that there is an entry says it all.
    private const string NoAttributes = "1.1";

    private static readonly Asn1Tag BindTag = Application(0);
    private static readonly Asn1Tag SearchTag = Application(3);
    private static readonly Asn1Tag ExtendedTag = Application(23);
    private static readonly Asn1Tag UnbindTag = new(TagClass.Application, 2);
    private static readonly Asn1Tag FirstTag = new(TagClass.ContextSpecific, 0);

    private enum DereferenceAliases
    {
        Never = 0,
    }

    /// <summary>A simple bind (RFC 4511 §4.2).</summary>
    public static byte[] Bind(int id, string name, string password) => Message(id, writer =>
    {
        using (writer.PushSequence(BindTag))
        {
            writer.WriteInteger(Version);
            writer.WriteOctetString(Encoding.UTF8.GetBytes(name));
            writer.WriteOctetString(Encoding.UTF8.GetBytes(password), FirstTag);
        }
    });

    /// <summary>A search for what tells of an address whether it exists (RFC 4511 §4.5.1).</summary>
    /// <param name="id">Number of the message.</param>
    /// <param name="baseDn">Where it starts.</param>
    /// <param name="scope">How far it reaches.</param>
    /// <param name="seconds">How long the server may look.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="address">What its placeholders stand for.</param>
    public static byte[] Search(int id, string baseDn, LdapScope scope, int seconds, LdapFilterNode filter, string address) => Message(id, writer =>
    {
        using (writer.PushSequence(SearchTag))
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(baseDn));
            writer.WriteEnumeratedValue(scope);
            writer.WriteEnumeratedValue(DereferenceAliases.Never);
            writer.WriteInteger(EntriesMax);
            writer.WriteInteger(seconds);
            writer.WriteBoolean(true);
            filter.Write(writer, address);
            using (writer.PushSequence())
            {
                writer.WriteOctetString(Encoding.UTF8.GetBytes(NoAttributes));
            }
        }
    });

    /// <summary>Asks for TLS (RFC 4511 §4.14.1).</summary>
    public static byte[] StartTls(int id) => Message(id, static writer =>
    {
        using (writer.PushSequence(ExtendedTag))
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(StartTlsName), FirstTag);
        }
    });

    /// <summary>Says good-bye (RFC 4511 §4.3).</summary>
    public static byte[] Unbind(int id) => Message(id, static writer => writer.WriteNull(UnbindTag));

    private static Asn1Tag Application(int number) => new(TagClass.Application, number, isConstructed: true);

    // DER is within what RFC 4511 §5.1 allows of BER.
    private static byte[] Message(int id, Action<AsnWriter> operation)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(id);
            operation(writer);
        }

        return writer.Encode();
    }
}
