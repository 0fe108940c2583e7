namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>Random message bytes, dense in what decoders trip over and with runs long enough for the vectors.</summary>
internal static class WireGenerator
{
    private static readonly string[] Parts =
    [
        "\r\n", "\r\n", "\r\n", "\r", "\n", ".", "..", "\r\n.", "\r\n.\r", "\n.\r\n", "\r\n.\n", "\r.\r", "\0", "\u0080", "\u00ff", "a", " ", "\r\r\n", "\n\n",
    ];

    public static string Next(Random random, bool endData)
    {
        System.Text.StringBuilder wire = new();
        int parts = random.Next(0, 14);
        for (int i = 0; i < parts; i++)
        {
            if (random.Next(3) == 0) wire.Append('x', random.Next(1, 70));
            else wire.Append(Parts[random.Next(Parts.Length)]);
        }

        if (endData && random.Next(4) > 0) wire.Append("\r\n.\r\n").Append("QUIT\n\0\u0080.\r\n.\r\n");
        return wire.ToString();
    }
}
