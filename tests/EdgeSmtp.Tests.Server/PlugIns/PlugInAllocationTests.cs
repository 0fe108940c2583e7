using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Server.PlugIns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Server.PlugIns;

/// <summary>A filter of a plug-in that has no opinion costs what a built-in one costs: nothing of the heap.</summary>
public sealed class PlugInAllocationTests
{
    private const int Calls = 500;

    [Fact]
    public void Rcpt_FivePlugInsThatPass_AllocateNothing()
    {
        string root = Directory.CreateTempSubdirectory("edgesmtp-").FullName;
        try
        {
            for (int i = 0; i < 5; i++)
            {
                PlugInCompiler.Build(Path.Combine(root, $"pass{i}"), PlugInCompiler.RcptFilter($"Pass{i}", "return Verdict.Continue;"));
            }

            using PlugInSet set = new PlugInFolder(new FilterRegistry()).Load(root);
            using PipelineHarness harness = new();
            foreach ((string type, FilterRegistration registration) in set.Registry.Types)
            {
                harness.Add(type, context => registration.Create(new NoOptions(), context));
            }

            Assert.Equal(5, set.Registry.Types.Count);
            using TestSession session = new();
            FilterRun run = harness.Build().Begin(session, RejectAt.Recipient);
            TestTransaction transaction = new(session);
            TestRecipient recipient = transaction.Ask("a@example.com");
            Assert.Equal(0, Measure(run, transaction, recipient));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static long Measure(FilterRun run, TestTransaction transaction, TestRecipient recipient)
    {
        Repeat(run, transaction, recipient);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(run, transaction, recipient);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Repeat(FilterRun run, TestTransaction transaction, TestRecipient recipient)
    {
        for (int i = 0; i < Calls; i++)
        {
            Finish(run.RcptAsync(transaction, recipient));
        }
    }

    private static void Finish(ValueTask<Verdict> pending)
    {
        Assert.True(pending.IsCompletedSuccessfully);
        _ = pending.GetAwaiter().GetResult();
    }
}
