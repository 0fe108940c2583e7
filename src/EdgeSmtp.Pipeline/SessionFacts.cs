using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline.Facts;

namespace EdgeSmtp.Pipeline;

/// <summary>Facts that the session itself knows, such as that an access rule trusts the client as a forwarder. Filters publish through their context instead.</summary>
public static class SessionFacts
{
    /// <summary>Sets a fact.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="subject">Session, transaction or recipient, as the scope of the key says.</param>
    /// <param name="key">The key; not <see cref="KnownFacts.Relay"/>, which follows <see cref="Session.MayRelay"/>.</param>
    /// <param name="value">The value.</param>
    public static void Set<T>(FilterSubject subject, FactKey<T> key, T value)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(key);
        if (ReferenceEquals(key, KnownFacts.Relay))
        {
            throw new ArgumentException("The fact 'relay' follows Session.MayRelay.", nameof(key));
        }

        FactStore.Write(subject, key, FactStore.Box(value), shadow: false);
    }

    /// <summary>Reads a fact of a subject or of a wider one around it, leaving out what filters in shadow said.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="subject">Session, transaction or recipient.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether it was published.</returns>
    public static bool TryRead<T>(FilterSubject subject, FactKey<T> key, out T? value)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(key);
        bool isKnown = FactStore.TryRead(subject, key, shadow: false, out object? boxed);
        value = isKnown ? (T?)boxed : default;
        return isKnown;
    }
}
