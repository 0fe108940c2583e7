using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Facts;

/// <summary>
/// Where facts lie: in the slots of their subject, under the key itself. What a filter in shadow publishes lies apart, and only filters in shadow look there.
/// </summary>
internal static class FactStore
{
    private static readonly object ShadowSlot = new();
    private static readonly object True = true;
    private static readonly object False = false;

    /// <summary>Boxes a value; the two values of <see cref="bool"/>, which most facts have, without allocating.</summary>
    public static object? Box<T>(T value) => value is bool flag ? (flag ? True : False) : value;

    public static void Write(FilterSubject subject, FactKey key, object? value, bool shadow)
    {
        if (!shadow)
        {
            subject.SetSlot(key, value);
            return;
        }

        if (!subject.TryGetSlot(ShadowSlot, out object? slot))
        {
            slot = new ShadowFacts();
            subject.SetSlot(ShadowSlot, slot);
        }

        ((ShadowFacts)slot!).Write(key, value);
    }

    /// <summary>Reads a fact of a subject or of a wider one around it.</summary>
    public static bool TryRead(FilterSubject subject, FactKey key, bool shadow, out object? value)
    {
        // Relay is the session's own; it follows the session and cannot be published.
        if (ReferenceEquals(key, KnownFacts.Relay))
        {
            value = Box(Subjects.SessionOf(subject).MayRelay);
            return true;
        }

        for (FilterSubject? at = subject; at is not null; at = Subjects.Wider(at))
        {
            if (shadow && at.TryGetSlot(ShadowSlot, out object? slot) && ((ShadowFacts)slot!).TryRead(key, out value))
            {
                return true;
            }

            if (at.TryGetSlot(key, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>Whether a fact speaks for skipping: published, and not as <c>false</c>.</summary>
    public static bool IsSet(FilterSubject subject, FactKey key, bool shadow) => TryRead(subject, key, shadow, out object? value) && value is not false;
}
