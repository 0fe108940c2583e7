using System.Buffers;
using System.Text;
using EdgeSmtp.Filters.AuthenticationResults;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Content;

namespace EdgeSmtp.Fuzz;

/// <summary>
/// The header of a message: every byte belongs to one field, two readers and all ways to cut it agree on its end and its fields, and no field that somebody could take for ours is missed.
/// </summary>
public sealed class HeaderTarget : IFuzzTarget
{
    private const string Prefix = "X-Spam-";
    private const string OwnId = "mx.example.com";

    public string Name => "header";

    public IReadOnlyList<string> Assemblies => ["EdgeSmtp.Protocol.dll", "EdgeSmtp.Toolkit.dll", "EdgeSmtp.Filters.AuthenticationResults.dll"];

    public void Run(ReadOnlySpan<byte> input)
    {
        byte[] message = Normalized(input);
        int headerBytes = CheckFields(message);
        bool isForeign = IsForeignIn(message.AsSpan(0, headerBytes));
        int[] lengths = Pieces.Of(message);
        CheckPieces(message, 0, headerBytes, isForeign);
        foreach (int length in lengths) CheckPieces(message, length, headerBytes, isForeign);
        foreach (HeaderFieldView field in new HeaderFields(message)) CheckAuthservId(field.RawValue);
    }

    /// <summary>As content is staged: no byte of it is bare or NUL.</summary>
    private static byte[] Normalized(ReadOnlySpan<byte> input)
    {
        ContentScanner scanner = new();
        ArrayBufferWriter<byte> message = new();
        scanner.Decode(new ReadOnlySequence<byte>(input.ToArray()), message);
        scanner.Finish(message);
        return message.WrittenSpan.ToArray();
    }

    private static int CheckFields(ReadOnlySpan<byte> message)
    {
        int at = 0;
        foreach (HeaderFieldView field in new HeaderFields(message))
        {
            Broken.Unless(field.Offset == at && !field.Raw.IsEmpty && field.Raw.SequenceEqual(message.Slice(at, field.Raw.Length)), "every byte belongs to one field");
            Broken.Unless(field.IsMalformed || field.Raw[field.Name.Length] is (byte)':' or (byte)' ' or (byte)'\t', "a name ends before its colon");
            at += field.Raw.Length;
        }

        Broken.Unless(at == message.Length || message[at..].StartsWith("\r\n"u8), "the header ends at a blank line");
        return at;
    }

    private static void CheckPieces(byte[] message, int length, int headerBytes, bool isForeign)
    {
        using TestMessageContent content = new(message, blockBytes: length);
        HeaderScanner scanner = new();
        bool isEnded = false;
        foreach (ReadOnlyMemory<byte> block in content.Bytes) isEnded = isEnded || scanner.Scan(block.Span);
        if (isEnded) Broken.Unless(scanner.HeaderBytes == headerBytes, $"the header ends at {headerBytes} and not at {scanner.HeaderBytes}");
        Broken.Unless(scanner.ReceivedCount == HeaderFields.Count(message.AsSpan(0, headerBytes), "Received"u8), "hops are counted");
        Broken.Unless(new ForeignFields(Prefix).AreIn(content) == isForeign, "fields that only we write are found");
    }

    /// <summary>As the plainest reader finds them: by line.</summary>
    private static bool IsForeignIn(ReadOnlySpan<byte> header)
    {
        foreach (string line in Encoding.Latin1.GetString(header).Split("\r\n"))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !line.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) continue;
            if (!line.AsSpan(0, colon).TrimEnd(" \t").ContainsAnyExceptInRange('!', '~')) return true;
        }

        return false;
    }

    /// <summary>Where a lenient reader sees our id, ours sees it too or says that it cannot be read, which has the field removed.</summary>
    private static void CheckAuthservId(ReadOnlySpan<byte> value)
    {
        if (!LenientId(Encoding.Latin1.GetString(value)).Equals(OwnId, StringComparison.OrdinalIgnoreCase)) return;
        Broken.Unless(!AuthservIdReader.TryRead(value, out ReadOnlySpan<byte> id) || new OwnIds(new AuthenticationResultsFilterOptions()).Contains(id, OwnId), "our id is found");
    }

    private static string LenientId(string value)
    {
        StringBuilder plain = new();
        int depth = 0;
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '(') depth++;
            else if (value[i] == ')' && depth > 0) depth--;
            else if (value[i] == '\\') i++;
            else if (depth == 0 && value[i] is not ('\r' or '\n')) plain.Append(value[i]);
        }

        string text = plain.ToString().Trim(' ', '\t');
        string id = text.StartsWith('"') ? text.Split('"')[1] : text.Split(' ', '\t', ';')[0];
        return id.EndsWith('.') ? id[..^1] : id;
    }
}
