using System.Text.RegularExpressions;
using EdgeSmtp.Tests.Backends.Fixtures;

namespace EdgeSmtp.Tests.Backends.Load;

/// <summary>Counts how often each numbered message has arrived, over a Maildir and a sink that keep growing.</summary>
internal sealed partial class DeliveryCount(Maildir maildir, SmtpSink sink)
{
    private readonly Dictionary<string, int> _local = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seenFiles = new(StringComparer.Ordinal);
    private Dictionary<string, int> _remote = new(StringComparer.Ordinal);

    public void Refresh()
    {
        foreach (string file in maildir.Files.Where(_seenFiles.Add))
            if (Token().Match(File.ReadAllText(file)) is { Success: true } match)
                _local[match.Value] = _local.GetValueOrDefault(match.Value) + 1;
        _remote = new(StringComparer.Ordinal);
        foreach (Match match in Token().Matches(sink.Dump))
            _remote[match.Value] = _remote.GetValueOrDefault(match.Value) + 1;
    }

    public int Of(string token) => _local.GetValueOrDefault(token) + _remote.GetValueOrDefault(token);

    public int Duplicates => _local.Values.Concat(_remote.Values).Sum(count => count - 1);

    [GeneratedRegex("(?<=X-Token: )tok-[0-9a-f]{32}")]
    private static partial Regex Token();
}
