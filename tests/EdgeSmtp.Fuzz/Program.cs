using EdgeSmtp.Fuzz;
using SharpFuzz;

// edgesmtp-fuzz TARGET               reads inputs from afl-fuzz
// edgesmtp-fuzz TARGET FILE...       reads these, and fails at the first that finds something
// edgesmtp-fuzz --targets            names the targets
// edgesmtp-fuzz --assemblies TARGET  names the assemblies to instrument
if (args is ["--targets"])
{
    foreach (IFuzzTarget each in FuzzTargets.All) Console.WriteLine(each.Name);
    return 0;
}

if (args is ["--assemblies", var named] && FuzzTargets.Find(named) is { } asked)
{
    foreach (string assembly in asked.Assemblies) Console.WriteLine(assembly);
    return 0;
}

if (args.Length == 0 || FuzzTargets.Find(args[0]) is not { } target)
{
    Console.Error.WriteLine($"Targets: {string.Join(' ', FuzzTargets.All.Select(static target => target.Name))}");
    return 2;
}

if (args.Length > 1)
{
    foreach (string file in args[1..]) target.Run(File.ReadAllBytes(file));
    return 0;
}

Fuzzer.OutOfProcess.Run(stream =>
{
    using MemoryStream input = new();
    stream.CopyTo(input);
    target.Run(input.GetBuffer().AsSpan(0, (int)input.Length));
});
return 0;
