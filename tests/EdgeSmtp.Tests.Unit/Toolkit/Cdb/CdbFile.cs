using System.Buffers.Binary;
using System.Text;
using EdgeSmtp.Tests.Unit.Server;
using EdgeSmtp.Toolkit.Cdb;

namespace EdgeSmtp.Tests.Unit.Toolkit.Cdb;

/// <summary>A cdb file of a test.</summary>
internal sealed class CdbFile : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.PathOf("test.cdb");

    public string Folder => _folder.Root;

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public CdbFile With(params (string Key, string Data)[] records)
    {
        using CdbWriter writer = new(Path);
        foreach ((string key, string data) in records)
        {
            writer.Add(Bytes(key), Bytes(data));
        }

        writer.Commit();
        return this;
    }

    public byte[] Read() => File.ReadAllBytes(Path);

    public void Write(byte[] content) => File.WriteAllBytes(Path, content);

    /// <summary>Writes one number of the file.</summary>
    public static void Poke(byte[] content, int position, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(position), value);

    public static uint Peek(byte[] content, int position) => BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(position));

    public void Dispose() => _folder.Dispose();
}
