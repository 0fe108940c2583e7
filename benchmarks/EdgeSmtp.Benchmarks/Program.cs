using System.Text.Json;
using BenchmarkDotNet.Running;
using EdgeSmtp.Benchmarks;

// "pin FILE" writes what a test holds all benchmarks to; anything else is for BenchmarkDotNet.
if (args is ["pin", string file])
{
    Dictionary<string, long> pins = AllocationMeter.Names.ToDictionary(static name => name, static name => AllocationMeter.Measure(name, enough: 0));
    File.WriteAllText(file, JsonSerializer.Serialize(pins, PinOptions.Json) + "\n");
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(BenchmarkMail).Assembly).Run(args);
