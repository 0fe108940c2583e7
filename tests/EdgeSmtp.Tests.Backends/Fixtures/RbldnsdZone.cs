namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A zone of <see cref="Rbldnsd"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Kind of data set: <c>ip4trie</c>, <c>ip6trie</c> or <c>dnset</c>.</param>
/// <param name="Data">Its file.</param>
internal sealed record RbldnsdZone(string Name, string Type, string Data)
{
    /// <summary>A zone whose answers nobody keeps.</summary>
    public static RbldnsdZone Of(string name, string type, params IEnumerable<string> lines) =>
        new(name, type, string.Join('\n', [$"$SOA 0 ns.{name}. root.{name}. 1 1h 1h 1h 0", $"$NS 0 ns.{name}.", "$TTL 0", .. lines, ""]));
}
