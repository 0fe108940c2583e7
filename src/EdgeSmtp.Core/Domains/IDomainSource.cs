namespace EdgeSmtp.Core.Domains;

/// <summary>Domains that are too many for a table: looked up one by one.</summary>
public interface IDomainSource
{
    /// <summary>Looks a name up.</summary>
    /// <param name="name">In lower-case A-labels; with a leading dot for all subdomains.</param>
    /// <returns>The entry, or <c>null</c>: not there.</returns>
    /// <exception cref="InvalidDataException">The source contradicts itself: nobody knows.</exception>
    DomainEntry? Find(string name);
}
