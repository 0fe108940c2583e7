using System.Text;
using EdgeSmtp.Protocol.Mime;

namespace EdgeSmtp.Filters.Warlord;

/// <summary>Files that programs open as messages, whatever type they are sent with: mails, and pages that were saved with all that belongs to them (RFC 2557).</summary>
internal static class AttachedMessages
{
    /// <summary>Messages as files within messages as files that are looked into.</summary>
    public const int LevelsMax = 4;

    /// <summary>Whether a name says so.</summary>
    public static bool Are(MimeNames names)
    {
        foreach (ReadOnlySpan<byte> name in names)
        {
            if (EndsWith(name, ".eml"u8) || EndsWith(name, ".nws"u8) || EndsWith(name, ".mht"u8) || EndsWith(name, ".mhtml"u8))
            {
                return true;
            }
        }

        return false;
    }

    private static bool EndsWith(ReadOnlySpan<byte> name, ReadOnlySpan<byte> end) => name.Length >= end.Length && Ascii.EqualsIgnoreCase(name[^end.Length..], end);
}
