using System.Collections.Concurrent;
using System.Net;
using System.Text;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Testing.Dns;

/// <summary>
/// A resolver whose zones are written in the test. Names without records do not exist. Answers come without waiting unless a delay is set, and a delay passes on
/// <see cref="Time"/>. Never asks the network. Thread-safe.
/// </summary>
public sealed class FakeDns : IDnsResolver
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<DnsRecord>> _zones = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DnsStatus> _failures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<DnsQuestion, DnsStatus> _questionFailures = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _delays = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<DnsQuestion> _questions = new();
    private DnsStatus? _allFail;
    private TimeSpan? _allDelay;

    /// <summary>A new resolver in whose world no name exists.</summary>
    public static FakeDns Empty => new();

    /// <summary>A new resolver that can answer nothing now, as when every upstream server is down.</summary>
    public static FakeDns AllTemporaryFailure => new FakeDns().FailAll(DnsStatus.TemporaryFailure);

    /// <summary>The clock on which delays pass. A harness puts its own here; default is the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>TTL of records added without one. Default 5 minutes.</summary>
    public TimeSpan Ttl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>All questions so far, in the order in which they were asked.</summary>
    public IReadOnlyCollection<DnsQuestion> Questions => _questions;

    /// <summary>Adds a record.</summary>
    /// <param name="name">Owner name.</param>
    /// <param name="record">The record.</param>
    public FakeDns Add(string name, DnsRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        _zones.GetOrAdd(Normal(name), static _ => new ConcurrentQueue<DnsRecord>()).Enqueue(record);
        return this;
    }

    /// <summary>Adds A and AAAA records.</summary>
    /// <param name="name">Owner name.</param>
    /// <param name="addresses">Addresses of either family.</param>
    public FakeDns AddAddress(string name, params ReadOnlySpan<string> addresses)
    {
        foreach (string address in addresses)
        {
            Add(name, new DnsAddressRecord(IPAddress.Parse(address), Ttl));
        }

        return this;
    }

    /// <summary>Adds TXT records.</summary>
    /// <param name="name">Owner name.</param>
    /// <param name="texts">One for each record.</param>
    public FakeDns AddText(string name, params ReadOnlySpan<string> texts)
    {
        foreach (string text in texts)
        {
            Add(name, new DnsTxtRecord(Encoding.UTF8.GetBytes(text), Ttl));
        }

        return this;
    }

    /// <summary>Adds an MX record.</summary>
    /// <param name="name">Owner name.</param>
    /// <param name="preference">Preference.</param>
    /// <param name="exchange">Host name; empty for a null MX.</param>
    public FakeDns AddMx(string name, ushort preference, string exchange) => Add(name, new DnsMxRecord(preference, exchange, Ttl));

    /// <summary>Adds a PTR record under the reverse name of an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="name">Name that it points to.</param>
    public FakeDns AddReverse(string address, string name) => Add(ReverseName.Of(IPAddress.Parse(address)), new DnsNameRecord(name, Ttl));

    /// <summary>Answers every question for a name with a failure.</summary>
    /// <param name="name">The name.</param>
    /// <param name="status">The failure.</param>
    public FakeDns Fail(string name, DnsStatus status = DnsStatus.TemporaryFailure)
    {
        _failures[Normal(name)] = status;
        return this;
    }

    /// <summary>Answers one question with a failure.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">Type of record.</param>
    /// <param name="status">The failure.</param>
    public FakeDns Fail(string name, DnsRecordType type, DnsStatus status = DnsStatus.TemporaryFailure)
    {
        _questionFailures[new DnsQuestion(Normal(name), type)] = status;
        return this;
    }

    /// <summary>Answers every question with a failure.</summary>
    /// <param name="status">The failure; <c>null</c> ends it.</param>
    public FakeDns FailAll(DnsStatus? status)
    {
        _allFail = status;
        return this;
    }

    /// <summary>Makes answers for a name take time.</summary>
    /// <param name="name">The name.</param>
    /// <param name="delay">How long, on <see cref="Time"/>.</param>
    public FakeDns Delay(string name, TimeSpan delay)
    {
        _delays[Normal(name)] = delay;
        return this;
    }

    /// <summary>Makes every answer take time.</summary>
    /// <param name="delay">How long, on <see cref="Time"/>; <c>null</c> ends it.</param>
    public FakeDns DelayAll(TimeSpan? delay)
    {
        _allDelay = delay;
        return this;
    }

    /// <summary>How often a question was asked.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">Type of record.</param>
    public int CountOf(string name, DnsRecordType type) => _questions.Count(question => question == new DnsQuestion(Normal(name), type));

    /// <inheritdoc />
    public ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        string normal = Normal(name);
        cancellationToken.ThrowIfCancellationRequested();
        _questions.Enqueue(new DnsQuestion(normal, type));
        TimeSpan? delay = _delays.TryGetValue(normal, out TimeSpan own) ? own : _allDelay;
        return delay is not null
            ? new ValueTask<DnsAnswer>(AnswerLaterAsync(normal, type, delay.Value, cancellationToken))
            : new ValueTask<DnsAnswer>(Answer(normal, type));
    }

    private static string Normal(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.TrimEnd('.').ToLowerInvariant();
    }

    private static bool IsOf(DnsRecord record, DnsRecordType type) => record switch
    {
        DnsAddressRecord { Address.AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork } => type == DnsRecordType.A,
        DnsAddressRecord => type == DnsRecordType.Aaaa,
        DnsMxRecord => type == DnsRecordType.Mx,
        DnsTxtRecord => type == DnsRecordType.Txt,
        DnsTlsaRecord => type == DnsRecordType.Tlsa,
        DnsNameRecord => type is DnsRecordType.Ptr or DnsRecordType.Cname,
        _ => false,
    };

    private async Task<DnsAnswer> AnswerLaterAsync(string name, DnsRecordType type, TimeSpan delay, CancellationToken cancellationToken)
    {
        await Task.Delay(delay, Time, cancellationToken);
        return Answer(name, type);
    }

    private DnsAnswer Answer(string name, DnsRecordType type)
    {
        if (_allFail is { } all)
        {
            return new DnsAnswer(all, [], TimeSpan.Zero, false);
        }

        if (_failures.TryGetValue(name, out DnsStatus failure) || _questionFailures.TryGetValue(new DnsQuestion(name, type), out failure))
        {
            return new DnsAnswer(failure, [], TimeSpan.Zero, false);
        }

        if (!_zones.TryGetValue(name, out ConcurrentQueue<DnsRecord>? records))
        {
            return new DnsAnswer(DnsStatus.NxDomain, [], Ttl, false);
        }

        DnsRecord[] found = [.. records.Where(record => IsOf(record, type))];
        return found.Length == 0
            ? new DnsAnswer(DnsStatus.NoData, [], Ttl, false)
            : new DnsAnswer(DnsStatus.Found, found, found.Min(static record => record.Ttl), false);
    }
}
