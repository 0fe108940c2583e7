using System.Text.Json;
using BenchmarkDotNet.Running;
using EdgeSmtp.Benchmarks;

// "pin FILE" writes what a test holds all benchmarks to: it measures those that the file does not have yet, so delete a line to have it measured again. Anything else is for BenchmarkDotNet.
if (args is ["pin", string file])
{
    Dictionary<string, long> known = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(file))! : [];
    Dictionary<string, long> pins = AllocationMeter.Names.ToDictionary(
        static name => name, name => known.TryGetValue(name, out long pinned) ? pinned : AllocationMeter.Measure(name, enough: 0));
    File.WriteAllText(file, JsonSerializer.Serialize(pins, PinOptions.Json) + "\n");
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(BenchmarkMail).Assembly).Run(args);
