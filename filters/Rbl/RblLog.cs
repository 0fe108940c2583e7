using EdgeSmtp.Toolkit.Tables;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>Tells operations what is wrong with a list: loudly, but once a minute for each list and each kind of trouble.</summary>
internal sealed class RblLog(ILogger logger, TimeProvider time)
{
    private const int SilencedMax = 1024;

    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private static readonly Action<ILogger, string, Exception?> FailedMessage = LoggerMessage.Define<string>(
        LogLevel.Warning, new EventId(1, nameof(Failed)), "List {Zone} cannot be asked: time-out, server failure, or one of its own error codes 127.255.255.x");

    private static readonly Action<ILogger, string, Exception?> GarbageMessage = LoggerMessage.Define<string>(
        LogLevel.Warning, new EventId(2, nameof(Garbage)), "List {Zone} answers with addresses outside 127.0.0.0/8, which do not count: is the zone given up, or does the resolver redirect?");

    private static readonly Action<ILogger, string, string, Exception?> ListsEverythingMessage = LoggerMessage.Define<string, string>(
        LogLevel.Error, new EventId(3, nameof(ListsEverything)), "List {Zone} lists {Entry}, which no list may (RFC 5782 section 5): it is not used until it passes this test");

    private static readonly Action<ILogger, string, string, Exception?> DeadMessage = LoggerMessage.Define<string, string>(
        LogLevel.Error, new EventId(4, nameof(Dead)), "List {Zone} does not list {Entry}, which every list does (RFC 5782 section 5): it is empty or gone, and protects nobody");

    private static readonly Action<ILogger, string, Exception?> UntestedMessage = LoggerMessage.Define<string>(
        LogLevel.Warning, new EventId(5, nameof(Untested)), "List {Zone} could not be tested: its servers or the resolver do not answer");

    private static readonly Action<ILogger, string, Exception?> PassedMessage = LoggerMessage.Define<string>(
        LogLevel.Information, new EventId(6, nameof(Passed)), "List {Zone} passed its test");

    private readonly BoundedTtlTable<(RblZone Zone, int Event), bool> _silenced = new(SilencedMax, time);

    public void Failed(RblZone zone) => OncePerMinute(zone, 1, FailedMessage);

    public void Garbage(RblZone zone) => OncePerMinute(zone, 2, GarbageMessage);

    public void ListsEverything(RblZone zone, string entry) => ListsEverythingMessage(logger, zone.Name, entry, null);

    public void Dead(RblZone zone, string entry) => DeadMessage(logger, zone.Name, entry, null);

    public void Untested(RblZone zone) => UntestedMessage(logger, zone.Name, null);

    public void Passed(RblZone zone) => PassedMessage(logger, zone.Name, null);

    private void OncePerMinute(RblZone zone, int kind, Action<ILogger, string, Exception?> message)
    {
        if (!_silenced.TryGet((zone, kind), out _))
        {
            _silenced.Set((zone, kind), true, time.GetUtcNow() + Silence);
            message(logger, zone.Name, null);
        }
    }
}
