using System.DirectoryServices.Protocols;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>An open and bound connection to one server. For one thread.</summary>
internal sealed class LdapLink(LdapConnection connection, LdapServer server, LdapSearch search, TimeSpan limit) : IDisposable
{
    // No attributes (RFC 4511 §4.5.1.8): that there is an entry says it all.
    private const string NoAttributes = "1.1";

    // One match is as good as many.
    private const int EntriesMax = 2;

    public LdapServer Server => server;

    /// <summary>Whether the server can be asked again over this connection.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether the server took the question and never answered.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>Asks. Certainty is rare: only a search that succeeded says "unknown".</summary>
    public RecipientAnswer Find(string filter)
    {
        SearchRequest request = new(search.BaseDn, filter, search.Scope, NoAttributes)
        {
            SizeLimit = EntriesMax,
            TimeLimit = limit,
            TypesOnly = true,
            Aliases = DereferenceAlias.Never,
        };
        try
        {
            return connection.SendRequest(request, limit) is SearchResponse response ? Read(response) : Failed("the answer is none to a search");
        }
        catch (DirectoryOperationException refused) when (refused.Response is SearchResponse response)
        {
            return Read(response);
        }
        catch (DirectoryException error)
        {
            IsBroken = LdapCodes.Of(error) != LdapCodes.FilterError;
            IsSilent = LdapCodes.Of(error) == LdapCodes.TimedOut;
            return Failed(LdapCodes.Describe(error));
        }
    }

    public void Dispose() => connection.Dispose();

    private RecipientAnswer Read(SearchResponse response)
    {
        switch (response.ResultCode)
        {
            case ResultCode.Success when response.Entries.Count == 0 && response.References.Count > 0 && !search.IgnoreReferences:
                return Failed("it refers to other servers, which are not asked");
            case ResultCode.Success when response.Entries.Count == 0:
                return RecipientAnswer.Unknown;
            case ResultCode.Success:
            case ResultCode.SizeLimitExceeded when response.Entries.Count > 0:
                return RecipientAnswer.Known;
            case ResultCode.NoSuchObject:
                return Failed("there is no base of that name, or it is not to be seen");
            default:
                IsBroken = response.ResultCode is ResultCode.Busy or ResultCode.Unavailable;
                return Failed($"result {response.ResultCode}");
        }
    }

    private RecipientAnswer Failed(string what) => RecipientAnswer.TemporaryFailure($"{server}: {what}");
}
