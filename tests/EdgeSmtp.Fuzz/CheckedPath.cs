using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Fuzz;

/// <summary>What must be true of every address that some parser took.</summary>
internal static class CheckedPath
{
    public static void Check(MailPath path)
    {
        if (path.IsNull) return;
        ReadOnlySpan<byte> bytes = path.Bytes.Span;
        Broken.Unless(bytes.IndexOfAnyInRange((byte)0, (byte)31) < 0 && !bytes.Contains((byte)127), "an address holds no control character");
        Broken.Unless(!path.DomainALabel.AsSpan().ContainsAnyExceptInRange('!', '~'), "a domain is printable ASCII");
        Broken.Unless(MailPathParser.TryParse(bytes, allowUtf8: true, out MailPath again) == PathError.None && again.Equals(path), $"'{path}' is taken again as itself");
        CheckKey(path);
    }

    /// <summary>What tables are asked for is itself an address, and its own key: two spellings of a mailbox never have two entries.</summary>
    private static void CheckKey(MailPath path)
    {
        PathError error = MailPathParser.TryParse(System.Text.Encoding.UTF8.GetBytes(path.Key), allowUtf8: true, out MailPath key);
        // A-labels and lower case letters may need more bytes than what was written.
        if (error is PathError.PathTooLong or PathError.LocalPartTooLong or PathError.DomainTooLong) return;
        Broken.Unless(error == PathError.None && key.Key == path.Key, $"the key of '{path}' is that of '{path.Key}'");
    }
}
