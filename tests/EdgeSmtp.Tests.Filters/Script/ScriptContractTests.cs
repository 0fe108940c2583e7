using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Script;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Script;

public sealed class ScriptContractTests : FilterContractTests<ScriptFilter>, IDisposable
{
    private const string Text = """
        #!/bin/sh
        printf '{"edgesmtp":1,"stages":["rcpt","message"]}\n'
        while IFS=, read -r id rest; do printf '%s}\n' "$id"; done
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("script").FullName;

    // A question is an exchange with another process.
    protected override ContractStages AllocationFree => ContractStages.All & ~(ContractStages.Rcpt | ContractStages.Message);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override void Register(FilterRegistry registry) => registry.AddScript();

    protected override object CreateOptions()
    {
        string program = Path.Combine(_folder, "program");
        File.WriteAllText(program, Text);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new ScriptFilterOptions { Program = program, Children = 1 };
    }

    // At which stages nothing is asked is known from the hello on.
    protected override void ArrangePass(FilterHarness harness)
    {
        ArgumentNullException.ThrowIfNull(harness);
        SpinWait.SpinUntil(() => ((ScriptFilter)harness.Filter).Pool.Hello is not null, TimeSpan.FromSeconds(60));
    }
}
