namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>The signals that the tests send, by their Linux numbers.</summary>
internal enum PosixSignal
{
    Hangup = 1,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
