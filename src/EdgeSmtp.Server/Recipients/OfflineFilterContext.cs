using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Recipients;

/// <summary>The context of parts of a filter that a command runs without a server. There is no session, so nothing can be published.</summary>
/// <param name="name">Name of the filter.</param>
/// <param name="dns">The resolver.</param>
/// <param name="logger">Told what the parts say.</param>
internal sealed class OfflineFilterContext(string name, IDnsResolver dns, ILogger logger) : FilterContext
{
    /// <inheritdoc />
    public override string Name => name;

    /// <inheritdoc />
    public override IDnsResolver Dns => dns;

    /// <inheritdoc />
    public override TimeProvider Time => TimeProvider.System;

    /// <inheritdoc />
    public override ILogger Logger => logger;

    /// <inheritdoc />
    public override T State<T>(string name, Func<T> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory();
    }

    /// <inheritdoc />
    public override void Publish<T>(FilterSubject subject, FactKey<T> key, T value) => throw NoSession();

    /// <inheritdoc />
    public override bool TryRead<T>(FilterSubject subject, FactKey<T> key, out T? value)
        where T : default => throw NoSession();

    /// <inheritdoc />
    public override void AddScore(FilterSubject subject, string name, double value) => throw NoSession();

    /// <inheritdoc />
    public override double TotalScore(FilterSubject subject) => throw NoSession();

    /// <inheritdoc />
    public override IMessageChanges Changes(Transaction transaction) => throw NoSession();

    /// <inheritdoc />
    public override IMessageChanges Changes(Recipient recipient) => throw NoSession();

    private static InvalidOperationException NoSession() => new("A command has no session.");
}
