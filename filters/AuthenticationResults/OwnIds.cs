using System.Text;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.AuthenticationResults;

/// <summary>The authserv-ids of ours. Immutable.</summary>
internal sealed class OwnIds(AuthenticationResultsFilterOptions options)
{
    private readonly string[] _others = [.. options.RemoveIds.Select(static id => DomainName.ToALabel(id)!)];

    public static bool IsId(string text) => DomainName.ToALabel(text) is not null;

    /// <summary>Whether a field bears one of them. Case plays no part (RFC 8601 §2.5), nor does the form of an international name.</summary>
    /// <param name="id">As the field has it.</param>
    /// <param name="own">Our id.</param>
    public bool Contains(ReadOnlySpan<byte> id, string own)
    {
        ReadOnlySpan<byte> name = id is [.., (byte)'.'] ? id[..^1] : id;
        if (!Ascii.IsValid(name))
        {
            return DomainName.TryToALabel(name, allowUtf8: true, allowUnderscore: true, out string? aLabel) == PathError.None && Contains(Encoding.ASCII.GetBytes(aLabel!), own);
        }

        if (Ascii.EqualsIgnoreCase(name, own))
        {
            return true;
        }

        foreach (string other in _others)
        {
            if (Ascii.EqualsIgnoreCase(name, other))
            {
                return true;
            }
        }

        return false;
    }
}
