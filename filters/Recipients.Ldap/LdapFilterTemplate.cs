using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>A search filter (RFC 4515) with <c>{address}</c>, <c>{local}</c> and <c>{domain}</c> where assertion values stand. What is put in is always escaped.</summary>
internal sealed class LdapFilterTemplate
{
    private const int LengthMax = 2_000;

    private readonly LdapFilterPiece[] _pieces;

    private LdapFilterTemplate(LdapFilterPiece[] pieces) => _pieces = pieces;

    /// <summary>Reads a template.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out LdapFilterTemplate? template, [NotNullWhen(false)] out string? error)
    {
        template = null;
        if (text.Length > LengthMax)
        {
            error = $"is longer than {LengthMax} characters";
            return false;
        }

        LdapFilterGrammar grammar = new(text);
        error = grammar.Check();
        if (error is null && !grammar.Pieces.Exists(static piece => piece.Part != LdapAddressPart.None))
        {
            error = "asks for no {address}, {local} or {domain}: every address would be known, or none";
        }

        if (error is not null)
        {
            return false;
        }

        template = new LdapFilterTemplate([.. grammar.Pieces]);
        return true;
    }

    /// <summary>The filter for one address.</summary>
    public string For(ReadOnlySpan<char> address)
    {
        int at = address.LastIndexOf('@');
        ReadOnlySpan<char> local = at < 0 ? address : address[..at];
        ReadOnlySpan<char> domain = at < 0 ? [] : address[(at + 1)..];
        StringBuilder filter = new();
        foreach (LdapFilterPiece piece in _pieces)
        {
            filter.Append(piece.Text);
            switch (piece.Part)
            {
                case LdapAddressPart.Address:
                    LdapFilterEscape.Append(filter, address);
                    break;
                case LdapAddressPart.Local:
                    LdapFilterEscape.Append(filter, local);
                    break;
                case LdapAddressPart.Domain:
                    LdapFilterEscape.Append(filter, domain);
                    break;
            }
        }

        return filter.ToString();
    }
}
