using EdgeSmtp.Fuzz;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Fuzzing;

/// <summary>The seeds of every fuzz target, and what fuzzing once found, hold without afl.</summary>
public sealed class FuzzCorpusTests
{
    public static TheoryData<string, string> Seeds =>
        [.. from target in FuzzTargets.All from seed in FuzzTargets.SeedsOf(target) select new TheoryDataRow<string, string>(target.Name, Path.GetFileName(seed))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Seed_OfItsTarget_Holds(string target, string seed)
    {
        IFuzzTarget found = FuzzTargets.Find(target)!;
        found.Run(File.ReadAllBytes(FuzzTargets.SeedsOf(found).Single(path => Path.GetFileName(path) == seed)));
    }

    // Each seed with one byte changed, cut and doubled: a little of what afl does, in every run.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Seed_Changed_Holds(string target, string seed)
    {
        IFuzzTarget found = FuzzTargets.Find(target)!;
        byte[] original = File.ReadAllBytes(FuzzTargets.SeedsOf(found).Single(path => Path.GetFileName(path) == seed));
        Random random = new(1);
        for (int round = 0; round < 2_000; round++)
        {
            byte[] changed = [.. original];
            for (int i = random.Next(4); i >= 0; i--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            int cut = random.Next(changed.Length);
            found.Run((round % 4) switch { 0 => changed[cut..], 1 => changed[..cut], 2 => [.. changed, .. changed[cut..]], _ => changed });
        }
    }
}
