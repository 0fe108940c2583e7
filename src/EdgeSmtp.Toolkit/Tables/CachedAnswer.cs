namespace EdgeSmtp.Toolkit.Tables;

/// <summary>An answer for a <see cref="LookupCache{TKey, TValue}"/>.</summary>
/// <typeparam name="TValue">Type of the answer.</typeparam>
/// <param name="Value">The answer.</param>
/// <param name="Life">How long it counts.</param>
public readonly record struct CachedAnswer<TValue>(TValue Value, CacheLife Life);
