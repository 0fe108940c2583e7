using System.Text;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Toolkit.Cdb;

namespace EdgeSmtp.Server.Hosting;

/// <summary>The domains of a <c>morercpthosts.cdb</c>. A changed file makes a new one with the next snapshot; sessions on the old one keep the old one, and the last of them lets its memory go.</summary>
/// <param name="file">The database.</param>
/// <param name="entry">Makes the entry of one domain.</param>
internal sealed class CdbDomains(CdbReader file, Func<string, DomainEntry> entry) : IDomainSource
{
    /// <inheritdoc />
    public DomainEntry? Find(string name)
    {
        Span<byte> key = stackalloc byte[256];
        if (!Encoding.ASCII.TryGetBytes(name, key, out int length))
        {
            return null;
        }

        return file.Find(key[..length]) switch
        {
            CdbStatus.Found => entry(name),
            CdbStatus.NotFound => null,
            _ => throw new InvalidDataException($"{file.Path} contradicts itself at '{name}'"),
        };
    }
}
