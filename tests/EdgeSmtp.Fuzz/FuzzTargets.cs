namespace EdgeSmtp.Fuzz;

/// <summary>All targets, and their seeds.</summary>
public static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new SmtpCommandTarget(), new SmtpReplyTarget(), new DataTarget(), new QmtpTarget(), new ProxyTarget(), new HeaderTarget(), new MailboxListTarget(), new MimeTarget(),
        new CdbTarget(), new DnsReplyTarget(), new SpfRecordTarget(), new SpfMacroTarget(),
    ];

    public static IFuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);

    /// <summary>Inputs to begin with, and those that once found something.</summary>
    public static IEnumerable<string> SeedsOf(IFuzzTarget target) =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Corpus", target.Name)).Order(StringComparer.Ordinal);
}
