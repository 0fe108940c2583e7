using EdgeSmtp.Fuzz;
using SharpFuzz;

// edgesmtp-fuzz TARGET            reads inputs from afl-fuzz
// edgesmtp-fuzz TARGET FILE...    reads these, and fails at the first that finds something
// edgesmtp-fuzz --assembly TARGET names the assembly to instrument
if (args is ["--assembly", var named] && FuzzTargets.Find(named) is { } asked)
{
    Console.WriteLine(asked.Assembly);
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
