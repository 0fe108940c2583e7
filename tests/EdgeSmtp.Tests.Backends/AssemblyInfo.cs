using System.Runtime.Versioning;
using Xunit;

// Every test here starts real servers and some of them load the machine: one at a time keeps a failure explainable.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]

// Signals, file modes and /proc: the program and its back ends run on Linux.
[assembly: SupportedOSPlatform("linux")]
