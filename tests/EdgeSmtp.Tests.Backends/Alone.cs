using Xunit;

namespace EdgeSmtp.Tests.Backends;

/// <summary>
/// Tests that load the machine, measure it, or count what this process has open: one after the other, when all others are done. The rest mostly waits for servers that it started, and runs
/// one class beside another.
/// </summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
