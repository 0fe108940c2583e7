namespace EdgeSmtp.Filters.Script.Children;

/// <summary>How long to wait before a child is started anew: doubled from one short life to the next, so that a program that cannot run costs next to nothing.</summary>
/// <param name="first">The first pause.</param>
/// <param name="longest">The longest; a child that lives for so long has had no short life.</param>
internal sealed class RestartPauses(TimeSpan first, TimeSpan longest)
{
    private const double Jitter = 0.25;

    private TimeSpan _next;

    /// <summary>The pause after a life.</summary>
    /// <param name="life">How long it was.</param>
    /// <param name="chance">0 to 1: a quarter less to a quarter more. Children that died together, of one message or one database, should not come back together.</param>
    public TimeSpan After(TimeSpan life, double chance)
    {
        TimeSpan pause = AtMost(life >= longest || _next == TimeSpan.Zero ? first : _next);
        _next = AtMost(pause * 2);
        return pause * (1 - Jitter + (2 * Jitter * chance));
    }

    private TimeSpan AtMost(TimeSpan pause) => pause < longest ? pause : longest;
}
