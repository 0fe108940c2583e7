using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Tests.Backends.ClamAv;

/// <summary>The filter under its contract context with the system's clock, on messages as the tests make them.</summary>
internal sealed class ScanHarness : IDisposable
{
    private readonly HarnessContext _context = new("clamav", EdgeSmtp.Testing.Dns.FakeDns.Empty, TimeProvider.System, Registrations.Single(static filters => filters.AddClamAv()).Traits);

    public ScanHarness(ClamAvFilterOptions options) => Filter = new ClamAvFilter(options, _context);

    public ClamAvFilter Filter { get; }

    public HarnessContext Context => _context;

    public async Task<Verdict> ScanAsync(byte[] message, CancellationToken cancellationToken = default)
    {
        using TestMessageContent content = new(message);
        return await ScanAsync(content, cancellationToken);
    }

    public async Task<Verdict> ScanAsync(IMessageContent content, CancellationToken cancellationToken = default)
    {
        TestTransaction transaction = new(new TestSession()) { Staged = content };
        transaction.AddRecipient("user@example.test");
        RecipientVerdicts verdicts = new();
        verdicts.Reset(1);
        await Filter.OnMessageAsync(transaction, verdicts, cancellationToken);
        return verdicts[0];
    }

    public void Dispose() => _context.Dispose();
}
