using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.SpamAssassin.Spamd;

/// <summary>
/// Makes the name under which spamd looks for preferences of a recipient. A stranger chooses what stands in a local part, and spamd may make paths and look-ups of it: a name with
/// anything but letters, digits and <c>@ . _ + = -</c>, or with two dots in a row, is nobody's.
/// </summary>
internal static class SpamdUser
{
    private const int LengthMax = 320;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._+=-");

    /// <summary>Whether a configured name or template can be used.</summary>
    public static bool IsTemplate(string template) => IsSafe(Fill(template, "local@domain.example"));

    /// <summary>The name for a recipient.</summary>
    /// <param name="template">With <c>{address}</c>, <c>{local}</c> and <c>{domain}</c> for parts of the recipient's address, in lower case.</param>
    /// <param name="recipient">The recipient.</param>
    /// <returns><c>null</c> when there is none, so that the preferences of spamd itself count.</returns>
    public static string? Of(string? template, Recipient recipient)
    {
        if (template is null)
        {
            return null;
        }

        // Who writes to user+list is filtered as user is.
        string name = Fill(template, recipient.BaseKey ?? recipient.ForwardPath.Key);
        return IsSafe(name) ? name : null;
    }

    /// <summary>The field in front of the message by which SpamAssassin knows the reverse-path (RFC 5321 §4.4); the message itself gets one at its final delivery.</summary>
    public static byte[] ReturnPath(MailPath reversePath) => [.. "Return-Path: <"u8, .. reversePath.Bytes.Span, .. ">\r\n"u8];

    private static string Fill(string template, string address)
    {
        int at = address.LastIndexOf('@');
        return template
            .Replace("{address}", address, StringComparison.Ordinal)
            .Replace("{local}", at < 0 ? address : address[..at], StringComparison.Ordinal)
            .Replace("{domain}", at < 0 ? string.Empty : address[(at + 1)..], StringComparison.Ordinal);
    }

    private static bool IsSafe(string name) =>
        name.Length is > 0 and <= LengthMax && !name.AsSpan().ContainsAnyExcept(Allowed) && !name.Contains("..", StringComparison.Ordinal) && name[0] is not ('.' or '-');
}
