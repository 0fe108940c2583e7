using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline.Kit;

/// <summary>A contract test that nothing can fail is worth nothing: each must fail for a filter that breaks it.</summary>
public sealed class ContractTestsTests
{
    [Fact]
    public async Task StateInTheFilter_IsFound()
    {
        Contract<ForgetfulFilter> contract = new(static registry => registry.Add("Forgetful", static _ => new ForgetfulFilter()));
        await AssertFails(contract.Sessions_OneAfterTheOther_GetTheSameVerdict);
        await AssertFails(contract.Sessions_Interleaved_GetTheSameVerdict);
        await contract.PassPath_WholeSession_HasNoOpinion();
    }

    [Fact]
    public async Task ChunkKept_IsFound()
    {
        Contract<GreedyFilter> contract = new(static registry => registry.Add("Greedy", static _ => new GreedyFilter()));
        await AssertFails(() => contract.Body_InChunksThatAreTakenBack_GetsTheSameVerdict(7));
    }

    [Fact]
    public async Task CancellationTakenForAFault_IsFound()
    {
        Contract<DeafFilter> contract = new(static registry => registry.Add("Deaf", static _ => new DeafFilter()));
        await AssertFails(contract.Stages_Cancelled_End);
    }

    [Fact]
    public async Task Allocation_IsFound()
    {
        Contract<WastefulFilter> contract = new(static registry => registry.Add("Wasteful", static _ => new WastefulFilter()));
        await AssertFails(() =>
        {
            contract.PassPath_OfDeclaredStages_AllocatesNothing();
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task RejectionForATemporaryFailure_IsFound()
    {
        Contract<HastyFilter> contract = new(static registry => registry.Add("Hasty", static context => new HastyFilter(context)));
        await AssertFails(contract.Dns_FailingTemporarily_IsNoReasonToReject);
    }

    [Fact]
    public async Task OptionsWithoutLimits_AreFound()
    {
        Contract<BoundlessFilter> contract = new(static registry => registry.Add<BoundlessFilter.Options>("Boundless", static (_, _) => new BoundlessFilter()));
        await AssertFails(() =>
        {
            contract.Options_OutOfRange_AreRefused();
            return Task.CompletedTask;
        });
        new Contract<BoundlessFilter>(static registry => registry.Add<BoundlessFilter.LaxOptions>("Boundless", static (_, _) => new BoundlessFilter())).Options_OutOfRange_AreRefused();
    }

    private static async Task AssertFails(Func<Task> test) => Assert.IsAssignableFrom<Xunit.Sdk.XunitException>(await Record.ExceptionAsync(test));
}
