using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>Tells filters how a client breaks the protocol, once a session for each kind.</summary>
internal static class Violations
{
    /// <summary>Reports one.</summary>
    /// <returns>What filters want done now.</returns>
    public static ValueTask<Verdict> ReportAsync(SmtpSession session, ProtocolViolation violation)
    {
        int bit = 1 << (int)violation;
        if ((session.ReportedViolations & bit) != 0 || session.State == SmtpState.HealthCheck)
        {
            return Verdict.Continue;
        }

        session.ReportedViolations |= bit;
        session.Metrics.Violation(violation).Add();
        return session.Filters.ViolationAsync(violation);
    }

    /// <summary>Reports what a message held, unless the client is one of those that we put up with.</summary>
    public static async ValueTask<Verdict> ReportContentAsync(SmtpSession session, ContentFlags found)
    {
        Verdict verdict = Verdict.Continue;
        if (session.Client.MayRelay)
        {
            return verdict;
        }

        if ((found & ContentFlags.BareLf) != 0)
        {
            verdict = await ReportAsync(session, ProtocolViolation.BareLf);
        }

        if ((found & ContentFlags.BareCr) != 0)
        {
            verdict = Verdict.MostSevere(verdict, await ReportAsync(session, ProtocolViolation.BareCr));
        }

        return verdict;
    }
}
