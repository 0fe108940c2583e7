using System.Text;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>A message that was committed.</summary>
internal sealed record StoredMessage(MessageId Id, Envelope Envelope, byte[] Content)
{
    public string Text => Encoding.Latin1.GetString(Content);

    public string From => Envelope.ReversePath.ToString();

    public IEnumerable<string> To => Envelope.Recipients.Select(recipient => recipient.ForwardPath.ToString());

    /// <summary>The content without our own Received field, which is the topmost of the header unless a filter put something above.</summary>
    public string Body => Text[(Text.IndexOf("+0000\r\n", StringComparison.Ordinal) + 7)..];
}
