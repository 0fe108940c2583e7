using System.Formats.Asn1;
using System.Text;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>
/// A search filter as the protocol sends it (RFC 4511 §4.5.1.7): a tree in which values are counted octets. What is put into a value can not become anything else,
/// whatever a stranger wrote.
/// </summary>
/// <param name="Kind">The kind.</param>
/// <param name="Attribute">The attribute; of an extensible match with its rule.</param>
/// <param name="Children">The parts of And, Or and Not.</param>
/// <param name="Values">The value; of substrings one for each place between asterisks, empty at an end that is one.</param>
internal sealed record LdapFilterNode(LdapFilterKind Kind, string Attribute, IReadOnlyList<LdapFilterNode> Children, IReadOnlyList<IReadOnlyList<LdapFilterText>> Values)
{
    private const int InitialTag = 0;
    private const int AnyTag = 1;
    private const int FinalTag = 2;

    private static readonly Asn1Tag MatchingRule = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag MatchingType = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag MatchingValue = new(TagClass.ContextSpecific, 3);
    private static readonly Asn1Tag MatchingDn = new(TagClass.ContextSpecific, 4);

    /// <summary>Whether it asks for anything of the address.</summary>
    public bool UsesAddress => Children.Any(static child => child.UsesAddress) || Values.Any(static value => value.Any(static text => text.Part != LdapAddressPart.None));

    /// <summary>Writes the filter for one address.</summary>
    public void Write(AsnWriter writer, string address)
    {
        Asn1Tag tag = new(TagClass.ContextSpecific, (int)Kind, isConstructed: true);
        switch (Kind)
        {
            case LdapFilterKind.Present:
                writer.WriteOctetString(Encoding.UTF8.GetBytes(Attribute), new Asn1Tag(TagClass.ContextSpecific, (int)Kind));
                return;
            case LdapFilterKind.Extensible:
                WriteExtensible(writer, tag, address);
                return;
        }

        using (writer.PushSequence(tag))
        {
            foreach (LdapFilterNode child in Children)
            {
                child.Write(writer, address);
            }

            if (Children.Count > 0)
            {
                return;
            }

            writer.WriteOctetString(Encoding.UTF8.GetBytes(Attribute));
            if (Kind == LdapFilterKind.Substrings)
            {
                WriteSubstrings(writer, address);
            }
            else
            {
                writer.WriteOctetString(ValueOf(Values[0], address));
            }
        }
    }

    private static byte[] ValueOf(IReadOnlyList<LdapFilterText> value, string address)
    {
        int at = address.LastIndexOf('@');
        using MemoryStream octets = new();
        foreach (LdapFilterText text in value)
        {
            octets.Write(text.Part switch
            {
                LdapAddressPart.Address => Encoding.UTF8.GetBytes(address),
                LdapAddressPart.Local => Encoding.UTF8.GetBytes(at < 0 ? address : address[..at]),
                LdapAddressPart.Domain => Encoding.UTF8.GetBytes(at < 0 ? string.Empty : address[(at + 1)..]),
                _ => text.Octets,
            });
        }

        return octets.ToArray();
    }

    private void WriteSubstrings(AsnWriter writer, string address)
    {
        using (writer.PushSequence())
        {
            for (int i = 0; i < Values.Count; i++)
            {
                if (Values[i].Count > 0)
                {
                    int place = i == 0 ? InitialTag : i == Values.Count - 1 ? FinalTag : AnyTag;
                    writer.WriteOctetString(ValueOf(Values[i], address), new Asn1Tag(TagClass.ContextSpecific, place));
                }
            }
        }
    }

    // attr [":dn"] [":" rule], where one of attribute and rule may be missing (RFC 4515 §3).
    private void WriteExtensible(AsnWriter writer, Asn1Tag tag, string address)
    {
        string[] parts = Attribute.Split(':');
        bool withDn = parts.Length > 1 && parts[1] == "dn";
        string rule = parts.Length > (withDn ? 2 : 1) ? parts[^1] : string.Empty;
        using (writer.PushSequence(tag))
        {
            if (rule.Length > 0)
            {
                writer.WriteOctetString(Encoding.UTF8.GetBytes(rule), MatchingRule);
            }

            if (parts[0].Length > 0)
            {
                writer.WriteOctetString(Encoding.UTF8.GetBytes(parts[0]), MatchingType);
            }

            writer.WriteOctetString(ValueOf(Values[0], address), MatchingValue);
            if (withDn)
            {
                writer.WriteBoolean(true, MatchingDn);
            }
        }
    }
}
