using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Tests.Crash;

/// <summary>What a message consists of; another takes its place when its message is replaced.</summary>
internal sealed record ModelVersion(Envelope Envelope, byte[] Content);
