namespace EdgeSmtp.Fuzz;

/// <summary>Says that something is not true that should be.</summary>
internal static class Broken
{
    public static void Unless(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException($"Not so: {what}.");
    }
}
