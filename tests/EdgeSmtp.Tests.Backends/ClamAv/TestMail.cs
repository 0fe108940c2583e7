using System.IO.Compression;
using System.Text;
using EdgeSmtp.Tests.Backends.Fixtures;

namespace EdgeSmtp.Tests.Backends.ClamAv;

/// <summary>Messages with and without something to be found.</summary>
internal static class TestMail
{
    private const string Header = "From: a@client.test\r\nTo: user@example.test\r\nSubject: test\r\nMIME-Version: 1.0\r\n";

    private static byte[] Eicar => Encoding.ASCII.GetBytes(Clamd.Eicar);

    /// <summary>Every wrapping in which the scanner is to find the virus.</summary>
    public static IReadOnlyDictionary<string, byte[]> Infected { get; } = new Dictionary<string, byte[]>(StringComparer.Ordinal)
    {
        ["plain"] = Text($"{Clamd.Eicar}\r\n"),
        ["base64"] = Attached(Eicar, "virus.com"),
        ["zipped"] = Attached(Zip(Eicar), "virus.zip"),
        ["gzipped"] = Attached(GZip(Eicar), "virus.gz"),
        ["zip in zip"] = Attached(Zip(Zip(Eicar)), "virus.zip"),
        ["message/rfc822"] = Nested(Attached(Zip(Eicar), "virus.zip")),
        ["after a megabyte"] = Attached([.. Noise(1 << 20), .. Eicar], "virus.bin"),
    };

    public static byte[] Text(string body) => Encoding.Latin1.GetBytes($"{Header}\r\n{body}");

    /// <summary>Harmless text that no two messages share.</summary>
    public static byte[] Clean(int bytes = 1000)
    {
        StringBuilder text = new($"{Guid.NewGuid()}\r\n");
        while (text.Length < bytes)
            text.Append(text.Length).Append(" bottles of beer on the wall, and not one of them a virus\r\n");
        return Text(text.ToString());
    }

    public static byte[] Attached(byte[] file, string name)
    {
        string base64 = Convert.ToBase64String(file, Base64FormattingOptions.InsertLineBreaks);
        return Encoding.Latin1.GetBytes(
            $"{Header}Content-Type: multipart/mixed; boundary=part\r\n\r\n--part\r\n\r\ntext\r\n--part\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\n"
            + $"Content-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64}\r\n--part--\r\n");
    }

    public static byte[] Nested(byte[] message) => Encoding.Latin1.GetBytes(
        $"{Header}Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: message/rfc822\r\n\r\n{Encoding.Latin1.GetString(message)}\r\n--outer--\r\n");

    public static byte[] Zip(params byte[][] files)
    {
        using MemoryStream target = new();
        using (ZipArchive archive = new(target, ZipArchiveMode.Create))
        {
            for (int i = 0; i < files.Length; i++)
            {
                using Stream entry = archive.CreateEntry($"file{i}.com").Open();
                entry.Write(files[i]);
            }
        }
        return target.ToArray();
    }

    public static byte[] GZip(byte[] file)
    {
        using MemoryStream target = new();
        using (GZipStream zip = new(target, CompressionLevel.SmallestSize))
            zip.Write(file);
        return target.ToArray();
    }

    /// <summary>Bytes that do not compress, the same each time.</summary>
    public static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(length).NextBytes(noise);
        return noise;
    }
}
