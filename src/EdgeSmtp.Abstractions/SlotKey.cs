namespace EdgeSmtp.Abstractions;

/// <summary>A private slot of one filter instance on a session, transaction or recipient. Identity is the key object itself.</summary>
/// <typeparam name="T">What the slot holds.</typeparam>
public sealed class SlotKey<T>;
