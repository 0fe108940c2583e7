using System.Buffers;
using System.Text;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>The name that a client gave itself with HELO, EHLO or LHLO (RFC 5321 §4.1.1.1).</summary>
public readonly record struct HelloArgument
{
    /// <summary>Longest name taken, in octets (RFC 5321 §4.5.3.1.2).</summary>
    public const int NameBytesMax = PathLimits.DomainBytesMax;

    /// <summary>The name as written: printable, possibly with spaces. Not fit for a trace field, see <see cref="TraceName"/>.</summary>
    public string Name { get => field ?? string.Empty; init; }

    /// <summary>What the name is.</summary>
    public HelloForm Form { get; init; }

    /// <summary>The name as it may stand in a Received field: everything but letters, digits and <c>.-_:[]</c> becomes <c>?</c>, so that no comment or clause can be forged (RFC 5321 §4.4).</summary>
    public string TraceName => Form == HelloForm.Other
        ? string.Create(Name.Length, Name, static (target, name) =>
        {
            for (int i = 0; i < name.Length; i++) target[i] = char.IsAsciiLetterOrDigit(name[i]) || ".-_:[]".Contains(name[i]) ? name[i] : '?';
        })
        : Name;

    /// <summary>Parses the argument.</summary>
    /// <param name="argument">What follows the verb.</param>
    /// <param name="hello">The name; its default when an error is returned.</param>
    /// <returns><see cref="CommandError.BadHello"/> when there is no name, it is longer than <see cref="NameBytesMax"/>, has a control character, or is not UTF-8.</returns>
    public static CommandError TryParse(ReadOnlySpan<byte> argument, out HelloArgument hello)
    {
        hello = default;
        if (argument.IsEmpty || argument.Length > NameBytesMax || !IsPrintable(argument)) return CommandError.BadHello;
        HelloForm form = HelloForm.Other;
        if (argument[0] == '[' && AddressLiteral.TryParse(argument, out _)) form = HelloForm.AddressLiteral;
        else if (DomainName.IsValid(argument, allowUtf8: true, allowUnderscore: false)) form = HelloForm.Domain;
        hello = new HelloArgument { Name = Encoding.UTF8.GetString(argument), Form = form };
        return CommandError.None;
    }

    private static bool IsPrintable(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(text, out Rune rune, out int width) != OperationStatus.Done) return false;
            // C0, DEL, C1 and the Unicode line ends: none may reach a log or a header.
            if (rune.Value is < 0x20 or (>= 0x7F and < 0xA0) or 0x2028 or 0x2029) return false;
            text = text[width..];
        }

        return true;
    }
}
