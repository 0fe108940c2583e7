using Xunit;

namespace EdgeSmtp.Tests.Unit.Benchmarks;

/// <summary>Tests that run when no other does: as long as something new is compiled in a process, the last step of the JIT does not come.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class AfterAllOthers;
