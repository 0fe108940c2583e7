namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>What is asked of every address.</summary>
internal sealed record LdapQuestion(string BaseDn, LdapScope Scope, LdapFilterNode Filter, int Seconds, bool IgnoreReferences)
{
    /// <summary>The request for one address.</summary>
    public byte[] For(int id, string address) => LdapRequests.Search(id, BaseDn, Scope, Seconds, Filter, address);
}
