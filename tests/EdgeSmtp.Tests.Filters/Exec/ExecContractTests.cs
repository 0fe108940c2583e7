using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Exec;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Exec;

public sealed class ExecContractTests : FilterContractTests<ExecFilter>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("exec").FullName;

    // A run is two processes and some files.
    protected override ContractStages AllocationFree => ContractStages.All & ~ContractStages.Message;

    public void Dispose()
    {
        // Who gave up did not wait for the folder of the run.
        string runs = Path.Combine(_folder, "runs");
        SpinWait.SpinUntil(() => !Directory.Exists(runs) || Directory.GetDirectories(runs).Length == 0, TimeSpan.FromSeconds(30));
        Directory.Delete(_folder, recursive: true);
    }

    protected override void Register(FilterRegistry registry) => registry.AddExec();

    protected override object CreateOptions() => new ExecFilterOptions { Program = "/bin/sh", Arguments = ["-c", "exec bin/qmail-queue"], RunFolder = Path.Combine(_folder, "runs") };
}
