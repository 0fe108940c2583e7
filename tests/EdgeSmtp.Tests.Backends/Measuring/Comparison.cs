using System.Globalization;

namespace EdgeSmtp.Tests.Backends.Measuring;

/// <summary>
/// By how much a figure differs under two conditions that were measured in turns, with what chance alone makes of it: the windows of each are drawn again, with replacement, and what 95 of a hundred
/// draws give is the interval. Windows and not single values, because what disturbs a machine lasts longer than one of them.
/// </summary>
/// <param name="Ratio">The figure under the one, divided by that under the other.</param>
/// <param name="Low">Where the interval begins.</param>
/// <param name="High">Where it ends.</param>
internal readonly record struct Comparison(double Ratio, double Low, double High)
{
    private const int Draws = 1_000;

    /// <summary>Compares the figure of all values together.</summary>
    /// <param name="of">Windows under the one condition.</param>
    /// <param name="with">Windows under the other.</param>
    /// <param name="figure">Of values in ascending order.</param>
    public static Comparison Of(IReadOnlyList<double[]> of, IReadOnlyList<double[]> with, Func<double[], double> figure)
    {
        Random random = new(1);
        double[] drawn = [.. Enumerable.Range(0, Draws).Select(_ => figure(Pooled(Again(of, random))) / figure(Pooled(Again(with, random)))).Order()];
        return new(figure(Pooled(of)) / figure(Pooled(with)), Quantile(drawn, 0.025), Quantile(drawn, 0.975));
    }

    /// <summary>All values of some windows, in ascending order.</summary>
    public static double[] Pooled(IEnumerable<double[]> windows)
    {
        double[] all = [.. windows.SelectMany(static window => window)];
        Array.Sort(all);
        return all;
    }

    /// <summary>The value below which that part of them lies.</summary>
    public static double Quantile(double[] ascending, double part) => ascending[Math.Min(ascending.Length - 1, (int)(ascending.Length * part))];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ratio:0.000} ({Low:0.000} to {High:0.000})");

    private static IEnumerable<double[]> Again(IReadOnlyList<double[]> windows, Random random)
    {
        for (int i = 0; i < windows.Count; i++)
            yield return windows[random.Next(windows.Count)];
    }
}
