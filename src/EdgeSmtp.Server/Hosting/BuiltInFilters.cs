using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.AuthenticationResults;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Filters.Exec;
using EdgeSmtp.Filters.GreetDelay;
using EdgeSmtp.Filters.Greylist;
using EdgeSmtp.Filters.HeloCheck;
using EdgeSmtp.Filters.Milter;
using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Filters.RecipientCheck;
using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Filters.Recipients.Ldap;
using EdgeSmtp.Filters.Recipients.Sql;
using EdgeSmtp.Filters.Rspamd;
using EdgeSmtp.Filters.ScoreThreshold;
using EdgeSmtp.Filters.Script;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Filters.SpamAssassin;
using EdgeSmtp.Filters.Spf;
using EdgeSmtp.Filters.Warlord;

namespace EdgeSmtp.Server.Hosting;

/// <summary>The types of filters that the program brings.</summary>
internal static class BuiltInFilters
{
    /// <summary>A registry with all of them.</summary>
    public static FilterRegistry Create() => new FilterRegistry()
        .AddAuthenticationResults()
        .AddClamAv()
        .AddExec()
        .AddGreetDelay()
        .AddGreylist()
        .AddHeloCheck()
        .AddMilter()
        .AddRateLimit()
        .AddRbl()
        .AddRecipientCheck()
        .AddRecipients()
        .AddLdapRecipients()
        .AddSqlRecipients()
        .AddRspamd()
        .AddScoreThreshold()
        .AddScript()
        .AddSenderCheck()
        .AddSpamAssassin()
        .AddSpf()
        .AddWarlord();
}
