using EdgeSmtp.Toolkit.Cdb;

namespace EdgeSmtp.Fuzz;

/// <summary>A cdb file that somebody made up: an answer or an error, and no more data than the file has.</summary>
public sealed class CdbTarget : IFuzzTarget
{
    public string Name => "cdb";

    public IReadOnlyList<string> Assemblies => ["EdgeSmtp.Toolkit.dll"];

    public void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            using CdbReader reader = Open(input);
            CheckFind(reader, []);
            CheckFind(reader, "key"u8);
            CheckRecords(reader, input.Length);
        }
        catch (InvalidDataException)
        {
            // The answer for what is no cdb.
        }
    }

    private static CdbReader Open(ReadOnlySpan<byte> input)
    {
        string path = Path.Combine(Path.GetTempPath(), $"edgesmtp-fuzz-{Guid.NewGuid():N}.cdb");
        try
        {
            File.WriteAllBytes(path, input);
            return CdbReader.Open(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void CheckFind(CdbReader reader, ReadOnlySpan<byte> key)
    {
        CdbStatus status = reader.Find(key, out byte[] data);
        Broken.Unless(reader.Find(key) == status && (status == CdbStatus.Found || data.Length == 0), "data comes with a yes");
        List<byte[]> values = [];
        CdbStatus all = reader.FindAll(key, values);
        Broken.Unless(all == status || all == CdbStatus.Damaged, "one is found as all are");
        Broken.Unless(status != CdbStatus.Found || values[0].AsSpan().SequenceEqual(data), "the first of all is the one");
        Broken.Unless(values.Sum(static value => (long)value.Length) <= reader.SizeBytes, "there is no more data than the file has");
    }

    private static void CheckRecords(CdbReader reader, int length)
    {
        long sum = 0;
        foreach ((byte[] key, byte[] data) in reader.Records())
        {
            sum += key.Length + data.Length;
            Broken.Unless(sum <= length, "records have no more than the file");
            CheckFind(reader, key);
        }
    }
}
