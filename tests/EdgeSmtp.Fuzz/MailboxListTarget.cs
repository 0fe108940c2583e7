using System.Text;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Fuzz;

/// <summary>The addresses of a From field: all or none are read, each is one that a path can hold, and written plainly they are the same.</summary>
public sealed class MailboxListTarget : IFuzzTarget
{
    public string Name => "mailbox-list";

    public IReadOnlyList<string> Assemblies => ["EdgeSmtp.Protocol.dll"];

    public void Run(ReadOnlySpan<byte> input)
    {
        bool isRead = MailboxList.TryRead(input, out IReadOnlyList<MailPath> mailboxes);
        Broken.Unless(isRead || mailboxes.Count == 0, "addresses come with a yes");
        foreach (MailPath path in mailboxes)
        {
            Broken.Unless(!path.IsNull && path.DomainALabel.Length > 0, "every address has a domain");
            CheckedPath.Check(path);
        }

        string plain = string.Join(", ", mailboxes.Select(static path => $"<{path}>"));
        Broken.Unless(MailboxList.TryRead(Encoding.UTF8.GetBytes(plain), out IReadOnlyList<MailPath> again), $"'{plain}' is read");
        Broken.Unless(mailboxes.SequenceEqual(again), $"'{plain}' stays the same");
    }
}
