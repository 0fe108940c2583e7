using System.Text;

namespace EdgeSmtp.Tests.Unit.Protocol.Mime;

/// <summary>Makes mail from a seed: well-formed, or with one or more of the things over which readers differ.</summary>
internal sealed class MailGenerator(int seed, bool isAmbiguous)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly string[] Types = ["text/plain", "text/html; charset=utf-8", "application/octet-stream; name=\"a.bin\"", "image/png", "application/zip; name=x.zip"];

    private static readonly string[] OddHeaders =
    [
        "Content-Type : text/html", "Content-Type(x): text/html", "Content-Transfer-Encoding: base64 (really)", "Content-Transfer-Encoding: x-unknown", "Content-Transfer-Encoding: \"base64\"",
        "Content-Type: text/plain\r\nContent-Type: text/html", "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64", "no colon here", "X-Empty:\r\n \r\nX-Next: 1", "Content-Type: text",
        "Content-Type: (comment) text/html", "Content-Type: text/html (comment)", "X y: z", "Content-Type:\r\n\ttext/html;\r\n charset=utf-8", "CONTENT-TYPE: TEXT/HTML", "Content-Type: text/html;;", "content-transfer-encoding:BASE64",
        "Subject: a\r\n b\r\n\tc", "Content-Disposition: attachment; filename*0=a; filename*1=.txt", "Content-Type: multipart/mixed", "Content-Type: multipart/mixed; boundary=\"\"",
        "Content-Type: multipart/mixed; boundary*0=q; boundary*1=r", "Content-Type: multipart/mixed; boundary=never-comes", "Content-Type: text/plain; boundary=x", "Content-Transfer-Encoding:\r\n base64",
        "Content-Type: multipart/mixed; boundary=q; boundary=r", "Content-Type: multipart/mixed; boundary=q r", "Content-Type: multipart/mixed boundary=q", "Content-Type: multipart/mixed; boundary=\"q", "Content-Type: message/rfc822",
    ];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _mail = new();
    private readonly List<string> _boundaries = [];

    public byte[] Create()
    {
        _mail.Append("From: a@example.org\r\nTo: b@example.com\r\nMIME-Version: 1.0\r\n");
        Part(0);
        return Bytes.Of(_mail.ToString());
    }

    private bool Odd(int ofHundred) => isAmbiguous && _random.Next(100) < ofHundred;

    private string Word() => new([.. Enumerable.Range(0, _random.Next(1, 12)).Select(_ => Letters[_random.Next(Letters.Length)])]);

    private void Part(int depth, bool needsType = false)
    {
        int choice = _random.Next(depth < 4 ? 10 : 5);
        if (choice >= 6) Multipart(depth);
        else if (choice == 5) Message(depth);
        else Leaf(needsType);
    }

    private void Multipart(int depth)
    {
        string boundary = Odd(5) && _boundaries.Count > 0 ? _boundaries[_random.Next(_boundaries.Count)] + (Odd(50) ? "--" : string.Empty) : $"=_{Word()}{(_random.Next(3) == 0 ? " ?" + Word() : string.Empty)}";
        _boundaries.Add(boundary);
        string type = _random.Next(8) == 0 ? "digest" : "mixed";
        string quote = Odd(20) && !boundary.Contains(' ', StringComparison.Ordinal) ? string.Empty : "\"";
        _mail.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Type: multipart/{type};\r\n\tboundary={quote}{boundary}{quote}{Newline()}");
        if (Odd(5)) _mail.Append(Pick("Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: 8bit\r\n"));
        EndHeader();
        if (_random.Next(3) == 0) _mail.Append("This is a message in MIME format.\r\n\r\n");
        int parts = _random.Next(Odd(10) ? 0 : 1, 4);
        for (int i = 0; i < parts; i++)
        {
            _mail.Append("--").Append(boundary).Append(Odd(5) ? Pick(" ", "\t", "x", "-", " x", "--x") : string.Empty).Append(Newline());
            if (type == "digest" && _random.Next(2) == 0)
            {
                Digested();
            }
            else if (type == "mixed" && _random.Next(6) == 0)
            {
                EndHeader();
                Text();
            }
            else
            {
                Part(depth + 1, needsType: type == "digest");
            }

            _mail.Append(Newline());
        }

        if (!Odd(10)) _mail.Append("--").Append(boundary).Append(Odd(5) ? Pick("-", "-- ", "--x", "--\t", " --") : "--").Append(Newline());
        if (Odd(8)) _mail.Append("--").Append(boundary).Append("\r\n\r\nbehind the end\r\n");
        if (_random.Next(4) == 0) _mail.Append("An epilogue.\r\n");
        _boundaries.Remove(boundary);
    }

    private void Digested()
    {
        EndHeader();
        _mail.Append("Subject: in a digest\r\n\r\n");
        Text();
    }

    private void Message(int depth)
    {
        _mail.Append("Content-Type: message/rfc822\r\n");
        if (_random.Next(3) > 0)
        {
            EndHeader();
            _mail.Append("Subject: within\r\n");
            Part(depth + 1);
            return;
        }

        byte[] inner = new MailGenerator(_random.Next(), isAmbiguous: false).Create();
        _mail.Append("Content-Transfer-Encoding: base64\r\n");
        EndHeader();
        Base64(inner);
    }

    private void Leaf(bool needsType)
    {
        if (Odd(15)) _mail.Append(Pick(OddHeaders)).Append(Newline());
        else if (needsType || _random.Next(6) > 0) _mail.Append("Content-Type: ").Append(Pick(Types)).Append("\r\n");
        switch (_random.Next(4))
        {
            case 0:
                _mail.Append("Content-Transfer-Encoding: base64\r\n");
                EndHeader();
                Base64(Content());
                break;
            case 1:
                _mail.Append("Content-Transfer-Encoding: quoted-printable\r\n");
                EndHeader();
                QuotedPrintable();
                break;
            default:
                EndHeader();
                Text();
                break;
        }
    }

    private void EndHeader()
    {
        if (Odd(2)) _mail.Append(Pick(" \r\n", "--\r\n", "--x: y\r\n"));
        if (!Odd(2)) _mail.Append(Newline());
    }

    private byte[] Content()
    {
        byte[] content = new byte[_random.Next(200)];
        _random.NextBytes(content);
        return content;
    }

    private void Base64(byte[] content)
    {
        string text = Convert.ToBase64String(content);
        int width = 4 * _random.Next(1, 20);
        for (int i = 0; i < text.Length; i += width)
        {
            string line = text.Substring(i, Math.Min(width, text.Length - i));
            if (Odd(3)) line = line.Insert(_random.Next(line.Length), Pick(" ", "!", "=", "==", "-", "\0", "\t", "AA", "é"));
            if (Odd(2)) line = line[..^1];
            _mail.Append(line).Append(Newline());
        }
    }

    private void QuotedPrintable()
    {
        for (int i = _random.Next(5); i >= 0; i--)
        {
            _mail.Append(Word()).Append(Pick("=3D", "=e9", "=\r\n", " ", string.Empty, "=C3=A9")).Append(Odd(10) ? Pick("=", "=x", "=4", "= ", "==", "=\t\r\n") : string.Empty).Append(Word()).Append(Newline());
        }
    }

    private void Text()
    {
        for (int i = _random.Next(4); i >= 0; i--)
        {
            _mail.Append(_random.Next(6) switch { 0 => "--", 1 => "-- ", 2 => "", _ => Word() }).Append(Odd(4) ? Pick("\0", "\r", "\r--", "é") : string.Empty).Append(Newline());
        }
    }

    private string Newline() => Odd(1) ? Pick("\n", "\r") : "\r\n";

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
