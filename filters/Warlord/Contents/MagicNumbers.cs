using System.Buffers.Binary;

namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Tells content by its first bytes.</summary>
internal static class MagicNumbers
{
    /// <summary>Bytes that are enough to tell.</summary>
    public const int HeadBytes = 64;

    private const uint FatMachO = 0xCAFEBABE;

    /// <summary>A fat Mach-O holds few architectures; what looks like a greater number is the version of a Java class.</summary>
    private const uint ArchitecturesMax = 0x2C;

    /// <summary>Tells what content is.</summary>
    /// <param name="head">Its first bytes: <see cref="HeadBytes"/>, or all that there are.</param>
    public static ContentKind Of(ReadOnlySpan<byte> head)
    {
        if (head.Length < 4)
        {
            return ContentKind.Unknown;
        }

        uint four = BinaryPrimitives.ReadUInt32BigEndian(head);
        return four switch
        {
            0x7F454C46 => ContentKind.Elf,
            0xFEEDFACE or 0xFEEDFACF or 0xCEFAEDFE or 0xCFFAEDFE => ContentKind.MachO,
            FatMachO when head.Length >= 8 => BinaryPrimitives.ReadUInt32BigEndian(head[4..]) <= ArchitecturesMax ? ContentKind.MachO : ContentKind.JavaClass,
            0x4C000000 when head.Length >= 8 && BinaryPrimitives.ReadUInt32BigEndian(head[4..]) == 0x01140200 => ContentKind.Shortcut,
            0xD0CF11E0 => ContentKind.Ole,
            0x504B0304 or 0x504B0506 or 0x504B0708 => ContentKind.Zip,
            0x52617221 => ContentKind.Rar,
            0x377ABCAF => ContentKind.SevenZip,
            _ when head.StartsWith("#!"u8) => ContentKind.Script,
            _ when head.StartsWith("vhdxfile"u8) || head.StartsWith("conectix"u8) || head.StartsWith("KDMV"u8) => ContentKind.VirtualDisk,
            _ when IsDosProgram(head) => ContentKind.Pe,
            _ => ContentKind.Unknown,
        };
    }

    /// <summary>
    /// MZ, or ZM as DOS takes it too, with a header behind it and not a sentence that happens to begin so. Windows reads nothing of that header but its last number, where the header of the
    /// program proper stands: whatever fills the rest, the highest byte of that number is small in any file that a mail can bring, and no text has such a byte.
    /// </summary>
    private static bool IsDosProgram(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("MZ"u8) && !head.StartsWith("ZM"u8))
        {
            return false;
        }

        return head[2..].IndexOfAnyInRange((byte)0, (byte)8) >= 0;
    }
}
