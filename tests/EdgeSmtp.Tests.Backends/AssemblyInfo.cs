using System.Runtime.Versioning;

// Signals, file modes and /proc: the program and its back ends run on Linux.
[assembly: SupportedOSPlatform("linux")]
