using System.Net;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>One list, ready to be asked, and whether it passed its last test.</summary>
internal sealed class RblZone
{
    private readonly AnswerPattern[] _answers;
    private int _listsEverything;

    public RblZone(RblZoneOptions options)
    {
        Options = options;
        Name = options.Zone.TrimEnd('.').ToLowerInvariant();
        Suffix = "." + Name;
        ScoreName = "rbl." + Name;
        _answers = new AnswerPattern[options.Answers.Count];
        for (int i = 0; i < _answers.Length; i++)
        {
            _answers[i] = AnswerPattern.TryParse(options.Answers[i], out AnswerPattern? pattern) ? pattern : throw new ArgumentException($"'{options.Answers[i]}' is no answer.", nameof(options));
        }
    }

    public RblZoneOptions Options { get; }

    public string Name { get; }

    /// <summary>A dot and the name.</summary>
    public string Suffix { get; }

    /// <summary>Name of its score.</summary>
    public string ScoreName { get; }

    /// <summary>Whether the last test found that it lists what must never be listed: a zone that was given up, or bought by somebody else. Nothing it says counts then.</summary>
    public bool ListsEverything
    {
        get => Volatile.Read(ref _listsEverything) != 0;
        set => Volatile.Write(ref _listsEverything, value ? 1 : 0);
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="answer">What the DNS said to the A question.</param>
    /// <param name="listed">The address that counts.</param>
    public RblStatus Read(DnsAnswer answer, out IPAddress? listed)
    {
        listed = null;
        if (answer.IsNegative)
        {
            return RblStatus.NotListed;
        }

        if (answer.Status != DnsStatus.Found)
        {
            return RblStatus.Failed;
        }

        RblStatus status = RblStatus.Garbage;
        Span<byte> bytes = stackalloc byte[16];
        for (int i = 0; i < answer.Records.Count; i++)
        {
            if (answer.Records[i] is not DnsAddressRecord { Address: { } address } || !address.TryWriteBytes(bytes, out int count) || count != 4 || bytes[0] != 127)
            {
                // RFC 5782 §2.1: only 127.0.0.0/8 is an answer. Anything else is a wildcard of a dead zone, or of a resolver that sells mistyped names.
                continue;
            }

            if (bytes[1] == 255 && bytes[2] == 255)
            {
                // The lists' own way to say "refused": a public resolver, too many questions, a key that is not valid.
                status = RblStatus.Failed;
            }
            else if (Counts(address))
            {
                listed = address;
                return RblStatus.Listed;
            }
            else if (status == RblStatus.Garbage)
            {
                status = RblStatus.NotListed;
            }
        }

        return status;
    }

    private bool Counts(IPAddress address)
    {
        foreach (AnswerPattern pattern in _answers)
        {
            if (pattern.Matches(address))
            {
                return true;
            }
        }

        return _answers.Length == 0;
    }
}
