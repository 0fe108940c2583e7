using System.Buffers;
using System.Globalization;
using System.Text;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Delivery.Reports;

/// <summary>Writes one report: <c>multipart/report</c> with words for people, the fields of RFC 3464, and the header of the message (RFC 6522). UTF-8 forms by RFC 6533 where the message needs them.</summary>
internal sealed class ReportBuilder
{
    private const int DiagnosticMax = 600;

    private readonly ReportRequest _request;
    private readonly DeliveryOptions _options;
    private readonly DateTimeOffset _now;
    private readonly string _boundary = $"=_{Guid.NewGuid():N}";
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly byte[] _header;
    private readonly bool _isGlobal;

    private ReportBuilder(ReportRequest request, DateTimeOffset now)
    {
        _request = request;
        _options = request.Attempt.Snapshot.Options;
        _now = now;
        _header = ReturnedHeader(request.Attempt.Message.Content, _options.ReportHeaderBytesMax);
        _isGlobal = NeedsUtf8();
    }

    private QueuedMessage Message => _request.Attempt.Message;

    /// <summary>Makes the report.</summary>
    /// <param name="request">What it says.</param>
    /// <param name="id">Its id.</param>
    /// <param name="now">The time.</param>
    public static Submission Build(ReportRequest request, MessageId id, DateTimeOffset now)
    {
        ReportBuilder builder = new(request, now);
        builder.Write(id);
        ReadOnlyMemory<byte> content = builder._output.WrittenMemory;
        EnvelopeFlags flags = EnvelopeFlags.Report;
        if (!Ascii.IsValid(content.Span)) flags |= EnvelopeFlags.EightBit;
        if (builder._isGlobal) flags |= EnvelopeFlags.SmtpUtf8;
        Envelope envelope = new()
        {
            // RFC 3461 §6.1, RFC 5321 §6.1: the null reverse-path, so that no report answers a report.
            ReversePath = MailPath.Null,
            Recipients = [new EnvelopeRecipient(request.To)],
            Received = now,
            Flags = flags,
            Queue = request.Attempt.Message.Envelope.Queue,
            Trace = request.Attempt.Message.Envelope.Trace,
        };
        return new Submission(id, envelope, new ReadOnlySequence<byte>(content));
    }

    private bool NeedsUtf8()
    {
        if (!_request.To.IsAscii || !Message.Envelope.ReversePath.IsAscii) return true;
        foreach (int recipient in _request.Recipients)
            if (!Message.Envelope.Recipients[recipient].ForwardPath.IsAscii) return true;
        return Message.Envelope.Flags.HasFlag(EnvelopeFlags.SmtpUtf8) && !Ascii.IsValid(_header);
    }

    private void Write(MessageId id)
    {
        Field("From", $"Mail Delivery System <MAILER-DAEMON@{_options.Hostname}>");
        Field("To", $"<{_request.To}>");
        Field("Subject", ReportTexts.Subject(_request.Kind));
        Field("Date", Date(_now));
        Field("Message-ID", $"<{id}@{_options.Hostname}>");
        Field("MIME-Version", "1.0");
        // RFC 3834 §5; ruling §8.26.
        Field("Auto-Submitted", "auto-replied");
        Field("Content-Type", $"multipart/report; report-type=delivery-status; boundary=\"{_boundary}\"");
        // RFC 2045 §6.4: without it the whole would be 7bit, whatever its parts say.
        if (_isGlobal || !Ascii.IsValid(_header)) Field("Content-Transfer-Encoding", "8bit");
        Text("\r\nThis is a delivery report in the format of RFC 3464.\r\n");
        WriteWords();
        WriteStatus();
        WriteHeader();
        Text($"--{_boundary}--\r\n");
    }

    private void WriteWords()
    {
        Text($"\r\n--{_boundary}\r\nContent-Type: text/plain; charset={(_isGlobal ? "utf-8" : "us-ascii")}\r\nContent-Transfer-Encoding: {(_isGlobal ? "8bit" : "7bit")}\r\n\r\n");
        Text($"This is the mail system at {_options.Hostname}.\r\n\r\n");
        Text(Wrap(ReportTexts.Introduction(_request.Kind)));
        foreach (int recipient in _request.Recipients)
            Text($"\r\n\r\n<{Clean(Message.Envelope.Recipients[recipient].ForwardPath.ToString())}>:\r\n    {Wrap(Diagnostic(_request.Attempt.Result(recipient).Result!), "    ")}");
        Text("\r\n");
    }

    /// <summary>RFC 3464 §2.1: fields of the message, then a group for each recipient, parted by blank lines.</summary>
    private void WriteStatus()
    {
        Text($"\r\n--{_boundary}\r\nContent-Type: {(_isGlobal ? "message/global-delivery-status" : "message/delivery-status")}\r\n");
        if (_isGlobal) Text("Content-Transfer-Encoding: 8bit\r\n");
        Text("\r\n");
        if (Message.Envelope.EnvelopeId is { } given && Protocol.Smtp.Xtext.TryDecode(Encoding.UTF8.GetBytes(given), out string? envelopeId)) Field("Original-Envelope-Id", Clean(envelopeId));
        Field("Reporting-MTA", $"dns; {_options.Hostname}");
        Field("Arrival-Date", Date(Message.Envelope.Received));
        foreach (int recipient in _request.Recipients) WriteRecipient(Message.Envelope.Recipients[recipient], _request.Attempt.Result(recipient));
    }

    private void WriteRecipient(EnvelopeRecipient recipient, in RecipientOutcome outcome)
    {
        Disposition result = outcome.Result!;
        Text("\r\n");
        if (ReportAddress.Original(recipient, _isGlobal) is { } original) Field("Original-Recipient", original);
        Field("Final-Recipient", ReportAddress.Final(recipient.ForwardPath, _isGlobal));
        Field("Action", ReportTexts.Action(_request.Kind, outcome.Route.IsFinal));
        Field("Status", result.Status);
        if (result.IsRemote && outcome.Host is { } host) Field("Remote-MTA", $"dns; {host}");
        // RFC 3464 §2.3.6: the type smtp is for the words of an SMTP server only.
        Field("Diagnostic-Code", $"{(result.IsRemote ? "smtp" : "x-edgesmtp")}; {Diagnostic(result)}");
        Field("Last-Attempt-Date", Date(_request.Attempt.Started));
        if (_request.Kind == ReportKind.Delayed) Field("Will-Retry-Until", Date(Message.Envelope.Since + _options.Lifetime));
    }

    /// <summary>Ruling §8.26: the header only, whatever RET asks for (RFC 3461 §4.3 lets a report return less).</summary>
    private void WriteHeader()
    {
        bool ascii = Ascii.IsValid(_header);
        string type = _isGlobal && !ascii ? "message/global-headers" : "text/rfc822-headers";
        Text($"\r\n--{_boundary}\r\nContent-Type: {type}\r\nContent-Transfer-Encoding: {(ascii ? "7bit" : "8bit")}\r\n\r\n");
        _output.Write(_header);
        Text("\r\n");
    }

    private string Diagnostic(Disposition result)
    {
        string text = result.IsRemote ? result.Diagnostic : $"{result.Code} {result.Status} {result.Diagnostic}";
        return Clean(text.Length > DiagnosticMax ? text[..DiagnosticMax] : text);
    }

    /// <summary>What others wrote, fit for a line of this report.</summary>
    private string Clean(string text) => string.Create(text.Length, (text, _isGlobal), static (target, source) =>
    {
        for (int i = 0; i < target.Length; i++)
        {
            char c = source.text[i];
            target[i] = char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c > '~' && !source._isGlobal ? '?' : c;
        }
    });

    private void Field(string name, string value)
    {
        // A word too long for a line is cut: the field must be there (RFC 3464 §2.3), its end need not.
        if (!HeaderField.TryFold(name, value, out byte[]? field)) field = HeaderField.Fold(name, value[..Math.Min(value.Length, 200)]);
        _output.Write(field);
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, _output);

    private static string Wrap(string text, string indent = "")
    {
        StringBuilder wrapped = new(text.Length + 32);
        int column = indent.Length;
        foreach (string word in text.Split(' '))
        {
            if (column > indent.Length && column + word.Length > 76)
            {
                wrapped.Append("\r\n").Append(indent);
                column = indent.Length;
            }
            else if (column > indent.Length)
            {
                wrapped.Append(' ');
                column++;
            }

            wrapped.Append(word);
            column += word.Length;
        }

        return wrapped.ToString();
    }

    private static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture);

    /// <summary>The header fields, at most so many bytes, cut between fields.</summary>
    private static byte[] ReturnedHeader(in ReadOnlySequence<byte> content, int bytesMax)
    {
        HeaderScanner scanner = new();
        foreach (ReadOnlyMemory<byte> segment in content)
            if (scanner.Scan(segment.Span)) break;
        byte[] header = content.Slice(0, Math.Min(scanner.HeaderBytes, bytesMax)).ToArray();
        if (scanner.HeaderBytes <= bytesMax) return header;
        int end = 0;
        foreach (HeaderFieldView field in new HeaderFields(header))
            if (field.Offset + field.Raw.Length < header.Length) end = field.Offset + field.Raw.Length;
        return header[..end];
    }
}
