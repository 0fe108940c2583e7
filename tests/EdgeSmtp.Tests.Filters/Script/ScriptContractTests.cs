using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Script;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Script;

public sealed class ScriptContractTests : FilterContractTests<ScriptFilter>, IDisposable
{
    private const string Text = """
        printf '{"edgesmtp":1,"stages":["rcpt","message"]}\n'
        while IFS=, read -r id rest; do printf '%s}\n' "$id"; done
        """;

    // Written once and read by a shell: a program that is being written to cannot be run, and the pause after a start that failed never ends here, where the clock stands.
    private readonly string _folder = Directory.CreateTempSubdirectory("script").FullName;

    public ScriptContractTests() => File.WriteAllText(Path.Combine(_folder, "program"), Text);

    // A question is an exchange with another process.
    protected override ContractStages AllocationFree => ContractStages.All & ~(ContractStages.Rcpt | ContractStages.Message);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override void Register(FilterRegistry registry) => registry.AddScript();

    protected override object CreateOptions() => new ScriptFilterOptions { Program = "/bin/sh", Arguments = [Path.Combine(_folder, "program")], Children = 1 };

    // At which stages nothing is asked is known from the hello on.
    protected override void ArrangePass(FilterHarness harness)
    {
        ArgumentNullException.ThrowIfNull(harness);
        SpinWait.SpinUntil(() => ((ScriptFilter)harness.Filter).Pool.Hello is not null, TimeSpan.FromSeconds(60));
    }
}
