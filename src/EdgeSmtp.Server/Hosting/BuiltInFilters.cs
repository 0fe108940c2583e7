using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.AuthenticationResults;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Filters.GreetDelay;
using EdgeSmtp.Filters.Greylist;
using EdgeSmtp.Filters.HeloCheck;
using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Filters.RecipientCheck;
using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Filters.Recipients.Ldap;
using EdgeSmtp.Filters.Recipients.Sql;
using EdgeSmtp.Filters.ScoreThreshold;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Filters.Spf;

namespace EdgeSmtp.Server.Hosting;

/// <summary>The types of filters that the program brings.</summary>
internal static class BuiltInFilters
{
    /// <summary>A registry with all of them.</summary>
    public static FilterRegistry Create() => new FilterRegistry()
        .AddAuthenticationResults()
        .AddClamAv()
        .AddGreetDelay()
        .AddGreylist()
        .AddHeloCheck()
        .AddRateLimit()
        .AddRbl()
        .AddRecipientCheck()
        .AddRecipients()
        .AddLdapRecipients()
        .AddSqlRecipients()
        .AddScoreThreshold()
        .AddSenderCheck()
        .AddSpf();
}
