using System.Text;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Testing.Sessions;

/// <summary>Paths from text.</summary>
public static class TestPath
{
    /// <summary>Parses a path as a server would, SMTPUTF8 allowed.</summary>
    /// <param name="text">Without angle brackets; empty for the null path.</param>
    /// <exception cref="ArgumentException">It is no path.</exception>
    public static MailPath Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        PathError error = MailPathParser.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out MailPath path);
        return error == PathError.None ? path : throw new ArgumentException($"'{text}' is no path: {error}.", nameof(text));
    }
}
