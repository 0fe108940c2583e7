namespace EdgeSmtp.Abstractions;

/// <summary>
/// Counts and levels of one part of a filter, such as a backend or a cache, that the driver cannot see. What is counted is named by constants of the code, never by
/// anything that a client sends: names are metric labels. Thread-safe; allocates nothing once a name was used.
/// </summary>
public abstract class FilterMeter
{
    /// <summary>A meter that forgets everything.</summary>
    public static FilterMeter None { get; } = new Forgetful();

    /// <summary>Adds to <c>edgesmtp_filter_part_events_total{filter,part,event}</c>.</summary>
    /// <param name="what">What happened, such as <c>hit</c>: lower-case letters, digits and hyphens.</param>
    /// <param name="amount">How often; zero makes the series visible.</param>
    public abstract void Count(string what, double amount = 1);

    /// <summary>Sets <c>edgesmtp_filter_part_level{filter,part,level}</c>.</summary>
    /// <param name="what">What is measured, such as <c>entries</c>.</param>
    /// <param name="value">The value now.</param>
    public abstract void Level(string what, double value);

    /// <summary>Observes <c>edgesmtp_filter_part_duration_seconds{filter,part}</c>: one call to something outside.</summary>
    /// <param name="elapsed">How long it took.</param>
    public abstract void Took(TimeSpan elapsed);

    private sealed class Forgetful : FilterMeter
    {
        public override void Count(string what, double amount = 1)
        {
        }

        public override void Level(string what, double value)
        {
        }

        public override void Took(TimeSpan elapsed)
        {
        }
    }
}
