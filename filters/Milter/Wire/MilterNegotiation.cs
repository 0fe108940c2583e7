using System.Buffers.Binary;
using System.Text;

namespace EdgeSmtp.Filters.Milter.Wire;

/// <summary>What a milter answered to the offer: what it will do, what it wants to be told, and which macros.</summary>
/// <param name="Version">Version that both speak: 2 to 6.</param>
/// <param name="Actions">What it says it may do, of what was offered.</param>
/// <param name="Steps">What it leaves out, of what was offered.</param>
/// <param name="Macros">Its lists of macros; <c>null</c> for a stage for which it gave none.</param>
internal sealed record MilterNegotiation(uint Version, MilterActions Actions, MilterSteps Steps, IReadOnlyList<string>?[] Macros)
{
    public const uint VersionMax = 6;

    private const uint VersionMin = 2;
    private const int FixedBytes = 12;
    private const int MacrosMax = 100;

    /// <summary>Reads the answer.</summary>
    /// <param name="data">Data of the packet.</param>
    /// <param name="offered">What it was allowed to do. rspamd and others answer with all they can; what was not offered is then refused when it comes.</param>
    /// <exception cref="MilterException">It speaks another protocol, or wants what was not offered.</exception>
    public static MilterNegotiation Read(ReadOnlySpan<byte> data, MilterActions offered)
    {
        if (data.Length < FixedBytes)
        {
            throw new MilterException("its answer to the negotiation is cut short");
        }

        uint version = BinaryPrimitives.ReadUInt32BigEndian(data);
        if (version is < VersionMin or > VersionMax)
        {
            throw new MilterException($"it speaks version {version} of the protocol");
        }

        MilterActions actions = (MilterActions)BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        MilterSteps steps = (MilterSteps)BinaryPrimitives.ReadUInt32BigEndian(data[8..]);
        if ((steps & ~MilterSteps.Offered) is not 0 and MilterSteps foreign)
        {
            // Whoever leaves out a reply that we wait for would keep us waiting.
            throw new MilterException($"it wants steps that were not offered: 0x{(uint)foreign:x}");
        }

        return new MilterNegotiation(version, actions & offered, steps, ReadMacros(data[FixedBytes..]));
    }

    private static IReadOnlyList<string>?[] ReadMacros(ReadOnlySpan<byte> data)
    {
        IReadOnlyList<string>?[] lists = new IReadOnlyList<string>?[(int)MacroStage.EndOfHeader + 1];
        while (data.Length > 4)
        {
            uint stage = BinaryPrimitives.ReadUInt32BigEndian(data);
            data = data[4..];
            int end = data.IndexOf((byte)0);
            if (end < 0 || stage >= lists.Length)
            {
                throw new MilterException("its lists of macros cannot be read");
            }

            string[] names = Encoding.ASCII.GetString(data[..end]).Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
            if (names.Length > MacrosMax)
            {
                throw new MilterException($"it wants {names.Length} macros at once");
            }

            lists[stage] = names;
            data = data[(end + 1)..];
        }

        return lists;
    }
}
