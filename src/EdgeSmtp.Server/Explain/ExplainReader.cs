using System.Text;
using System.Text.Json;
using EdgeSmtp.Server.Events;

namespace EdgeSmtp.Server.Explain;

/// <summary>
/// Finds a session by its id, by the id of one of its transactions, or by that of a queued message. Reads the files while a server writes them, or without one. The files
/// are searched from end to end, which memory does at gigabytes a second: there is no index that could be out of step with them.
/// </summary>
/// <param name="folder">The folder of the files.</param>
internal sealed class ExplainReader(string folder)
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Finds what is known of an id.</summary>
    /// <param name="id">An id.</param>
    /// <returns>The lines of its session in order, and the transaction that is meant; <c>null</c> when nothing is known.</returns>
    public ExplainFinding? Find(string id)
    {
        List<JsonDocument> named = Lines(id);
        if (named.Count == 0)
        {
            return null;
        }

        string session = named[0].RootElement.GetProperty("session").GetString()!;
        if (string.Equals(session, id, StringComparison.Ordinal))
        {
            return new ExplainFinding(session, null, named);
        }

        string transaction = TransactionOf(named, id);
        Dispose(named);
        return new ExplainFinding(session, transaction, Lines(session));
    }

    /// <summary>A queued message may have an id of its own; the trace says of which transaction it came.</summary>
    private static string TransactionOf(List<JsonDocument> lines, string id)
    {
        foreach (JsonElement item in lines.SelectMany(static line => line.RootElement.GetProperty("items").EnumerateArray()))
        {
            if (item.TryGetProperty("id", out JsonElement message) && message.ValueEquals(id) && item.TryGetProperty("transaction", out JsonElement transaction))
            {
                return transaction.GetString()!;
            }
        }

        return id;
    }

    private static void Dispose(List<JsonDocument> lines)
    {
        foreach (JsonDocument line in lines)
        {
            line.Dispose();
        }
    }

    private List<JsonDocument> Lines(string id)
    {
        byte[] quoted = Encoding.UTF8.GetBytes($"\"{id}\"");
        List<JsonDocument> found = [];
        foreach (string file in LineFiles.List(folder))
        {
            try
            {
                using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                Search(stream, quoted, found);
            }
            catch (FileNotFoundException)
            {
                // The writer has removed it in between.
            }
        }

        return found;
    }

    private static void Search(FileStream stream, byte[] quoted, List<JsonDocument> found)
    {
        byte[] buffer = new byte[BlockBytes];
        int held = 0;
        while (true)
        {
            int read = stream.Read(buffer, held, buffer.Length - held);
            held += read;
            int end = buffer.AsSpan(0, held).LastIndexOf((byte)'\n') + 1;
            SearchLines(buffer.AsMemory(0, end), quoted, found);
            if (read == 0)
            {
                return;
            }

            buffer.AsSpan(end, held - end).CopyTo(buffer);
            held -= end;
            if (held == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    private static void SearchLines(ReadOnlyMemory<byte> lines, byte[] quoted, List<JsonDocument> found)
    {
        int position = 0;
        while (position < lines.Length)
        {
            int hit = lines.Span[position..].IndexOf(quoted);
            if (hit < 0)
            {
                return;
            }

            int start = lines.Span[..(position + hit)].LastIndexOf((byte)'\n') + 1;
            int end = position + hit + lines.Span[(position + hit)..].IndexOf((byte)'\n');
            if (Parse(lines[start..end], quoted) is { } line)
            {
                found.Add(line);
            }

            position = end + 1;
        }
    }

    /// <summary>A line that a crash has cut in two is no line. Nor is one that has the id only where a stranger put it.</summary>
    private static JsonDocument? Parse(ReadOnlyMemory<byte> text, byte[] quoted)
    {
        try
        {
            JsonDocument line = JsonDocument.Parse(text.ToArray());
            ReadOnlySpan<byte> id = quoted.AsSpan(1, quoted.Length - 2);
            if (IsNamed(line.RootElement, id))
            {
                return line;
            }

            line.Dispose();
        }
        catch (JsonException)
        {
        }

        return null;
    }

    private static bool IsNamed(JsonElement line, ReadOnlySpan<byte> id)
    {
        if (line.GetProperty("session").ValueEquals(id))
        {
            return true;
        }

        foreach (JsonElement item in line.GetProperty("items").EnumerateArray())
        {
            if ((item.TryGetProperty("transaction", out JsonElement transaction) && transaction.ValueEquals(id)) || (item.TryGetProperty("id", out JsonElement message) && message.ValueEquals(id)))
            {
                return true;
            }
        }

        return false;
    }
}
