using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Recipients;

/// <summary>The contract with a cdb, which answers from memory.</summary>
public sealed class RecipientsContractTests : FilterContractTests<RecipientsFilter>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgesmtp-recipients-").FullName;

    public RecipientsContractTests()
    {
        using EdgeSmtp.Toolkit.Cdb.CdbWriter writer = new(Path.Combine(_folder, "r.cdb"));
        writer.Add(":rcpt@example.com"u8, []);
        writer.Commit();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override void Register(FilterRegistry registry) => registry.AddRecipients();

    protected override object CreateOptions() => new RecipientsFilterOptions { Lines = ["!other.example", $"example.com:{_folder}/r.cdb"] };

    protected override void ArrangePass(FilterHarness harness) => harness.Session.RecipientsAreUnverified = true;
}
