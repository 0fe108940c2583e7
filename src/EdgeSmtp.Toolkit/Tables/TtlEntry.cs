namespace EdgeSmtp.Toolkit.Tables;

/// <summary>One entry of a <see cref="BoundedTtlTable{TKey, TValue}"/>.</summary>
/// <typeparam name="TKey">Type of the key.</typeparam>
/// <typeparam name="TValue">Type of the value.</typeparam>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="DiesAt">When it stops to be found.</param>
public readonly record struct TtlEntry<TKey, TValue>(TKey Key, TValue Value, DateTimeOffset DiesAt);
