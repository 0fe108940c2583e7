using System.Globalization;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>Greeting and answers to HELO and EHLO of one listener, encoded once for each host name.</summary>
internal sealed class HelloReplies(SmtpOptions options)
{
    private volatile Set? _set;

    /// <summary>The greeting.</summary>
    public SmtpReply Greeting(string hostname) => For(hostname).Greeting;

    /// <summary>The answer to HELO.</summary>
    public SmtpReply Helo(string hostname) => For(hostname).Helo;

    /// <summary>The answer to EHLO.</summary>
    public SmtpReply Ehlo(string hostname, bool offersTls, bool offersDsn, long messageSizeMax) => messageSizeMax == options.MessageSizeMax
        ? For(hostname).Ehlo[(offersTls ? 1 : 0) + (offersDsn ? 2 : 0)]
        : Build(hostname, offersTls, offersDsn, messageSizeMax);

    private Set For(string hostname)
    {
        Set? set = _set;
        if (set is null || !string.Equals(set.Hostname, hostname, StringComparison.Ordinal))
        {
            long size = options.MessageSizeMax;
            // Two sessions may both make one; they are equal.
            _set = set = new Set(
                hostname, SmtpReplies.Greeting(hostname), SmtpReplies.HelloOk(hostname),
                [Build(hostname, false, false, size), Build(hostname, true, false, size), Build(hostname, false, true, size), Build(hostname, true, true, size)]);
        }

        return set;
    }

    private SmtpReply Build(string hostname, bool offersTls, bool offersDsn, long messageSizeMax)
    {
        List<string> extensions = ["PIPELINING", string.Create(CultureInfo.InvariantCulture, $"SIZE {messageSizeMax}"), "8BITMIME", "ENHANCEDSTATUSCODES"];
        if (offersTls)
        {
            extensions.Add("STARTTLS");
        }

        if (offersDsn)
        {
            extensions.Add("DSN");
        }

        if (options.SmtpUtf8)
        {
            extensions.Add("SMTPUTF8");
        }

        if (options.Chunking)
        {
            extensions.Add("CHUNKING");
        }

        if (options is { Chunking: true, BinaryMime: true })
        {
            extensions.Add("BINARYMIME");
        }

        return SmtpReplies.ExtendedHelloOk(hostname, extensions);
    }

    private sealed record Set(string Hostname, SmtpReply Greeting, SmtpReply Helo, SmtpReply[] Ehlo);
}
