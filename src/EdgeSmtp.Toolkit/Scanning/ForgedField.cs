using System.Text;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Toolkit.Content;

namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>Finds out whether a message came with a field that only we may write. Thread-safe.</summary>
/// <param name="name">Name of the field, ASCII.</param>
public sealed class ForgedField(string name)
{
    private readonly byte[] _name = Encoding.ASCII.GetBytes(name);

    /// <summary>Whether the header holds the field. What filters before wrote among our own trace fields is no forgery.</summary>
    /// <param name="content">The message.</param>
    public bool IsIn(IMessageContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        using ContentHeader header = new(content);
        return HeaderFields.Count(header.Bytes[Math.Min(content.TraceLength, header.Bytes.Length)..], _name) > 0;
    }
}
