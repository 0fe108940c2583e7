namespace EdgeSmtp.Filters.Greylist;

/// <summary>What is known of a client network.</summary>
/// <param name="Passes">Triples of it that passed.</param>
/// <param name="SeenAt">When this was last written.</param>
internal readonly record struct GreylistClient(ushort Passes, DateTimeOffset SeenAt);
