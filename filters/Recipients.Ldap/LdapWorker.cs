using EdgeSmtp.Toolkit.Recipients;
using EdgeSmtp.Toolkit.Threads;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>One thread with one connection, which it opens when it has to.</summary>
internal sealed class LdapWorker(LdapOpener opener, LdapServerList servers) : IBlockingWorker<string, RecipientAnswer>
{
    private LdapLink? _link;

    /// <summary>Asks for what a filter finds. A connection that broke is replaced as long as somebody waits, each server tried once; the first may have been closed by the server while it was idle.</summary>
    public RecipientAnswer Answer(string question, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isOld = _link is not null;
            if (_link is null && !TryOpen(cancellationToken, out string trouble))
            {
                return RecipientAnswer.TemporaryFailure(trouble);
            }

            RecipientAnswer answer = _link!.Find(question);
            if (!_link.IsBroken)
            {
                return answer;
            }

            if (!isOld || _link.IsSilent)
            {
                servers.Pause(_link.Server);
            }

            _link.Dispose();
            _link = null;
            if (attempt >= servers.Count)
            {
                return answer;
            }
        }
    }

    public void Dispose() => _link?.Dispose();

    private bool TryOpen(CancellationToken cancellationToken, out string trouble)
    {
        trouble = string.Empty;
        foreach (LdapServer server in servers.InOrder())
        {
            cancellationToken.ThrowIfCancellationRequested();
            (_link, string? reason) = opener.Open(server, cancellationToken);
            if (_link is not null)
            {
                return true;
            }

            servers.Pause(server);
            trouble = trouble.Length == 0 ? $"{server}: {reason}" : $"{trouble}; {server}: {reason}";
        }

        return false;
    }
}
