using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.RateLimit;

/// <summary>What is being judged: a session, perhaps a transaction in it, perhaps one of its recipients.</summary>
internal readonly record struct Occasion(Session Session, Transaction? Transaction = null, Recipient? Recipient = null);
