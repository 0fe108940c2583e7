using System.Text;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Reads what was delivered into a Maildir.</summary>
internal sealed class Maildir(string path)
{
    public string Path { get; } = path;

    public IReadOnlyList<string> Files =>
        [.. new[] { "new", "cur" }.Select(part => System.IO.Path.Combine(Path, part)).Where(Directory.Exists).SelectMany(Directory.GetFiles)];

    public int Count => Files.Count;

    /// <summary>Waits for the message that contains the token and gives its bytes.</summary>
    public async Task<byte[]> WaitAsync(string token, TimeSpan? limit = null, Func<string>? otherwise = null)
    {
        byte[]? found = null;
        HashSet<string> seen = new(StringComparer.Ordinal);
        byte[] wanted = Encoding.UTF8.GetBytes(token);
        await Until.TrueAsync(
            () =>
            {
                foreach (string file in Files.Where(seen.Add))
                {
                    byte[] bytes = File.ReadAllBytes(file);
                    if (bytes.AsSpan().IndexOf(wanted) >= 0)
                        found = bytes;
                }
                return found is not null;
            },
            limit ?? Until.Soon,
            () => $"No message with {token} among {Count} in {Path}. {otherwise?.Invoke()}");
        return found!;
    }

    public Task CountAsync(int expected, TimeSpan? limit = null, Func<string>? otherwise = null) =>
        Until.TrueAsync(() => Count >= expected, limit ?? Until.Soon, () => $"{Count} of {expected} messages in {Path}. {otherwise?.Invoke()}");
}
