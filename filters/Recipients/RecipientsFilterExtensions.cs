using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Recipients.Cdb;
using EdgeSmtp.Filters.Recipients.Http;
using EdgeSmtp.Filters.Recipients.Program;
using EdgeSmtp.Filters.Recipients.Smtp;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients;

/// <summary>Registers <see cref="RecipientsFilter"/> and the backends that come with it.</summary>
public static class RecipientsFilterExtensions
{
    /// <summary>Makes <c>"Type": "Recipients"</c> known, with backends of type <c>Cdb</c>, <c>Program</c>, <c>Http</c> and <c>Smtp</c>.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddRecipients(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters
            .Add<RecipientsFilterOptions>(
                "Recipients",
                static (options, context) => new RecipientsFilter(options, context),
                new FilterTraits { Required = true, DecidesRecipients = true })
            .AddRecipientBackend<CdbBackendOptions>(CdbBackendOptions.Type, static (options, context) => new CdbBackend(options, context))
            .AddRecipientBackend<ProgramBackendOptions>(ProgramBackendOptions.Type, static (options, _) => new ProgramBackend(options))
            .AddRecipientBackend<HttpBackendOptions>("Http", static (options, _) => new HttpBackend(options))
            .AddRecipientBackend<SmtpBackendOptions>("Smtp", static (options, context) => new SmtpBackend(options, context));
    }
}
