using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeSmtp.Testing.Harness;

/// <summary>
/// Runs one filter alone: no server, no socket, no real clock, and no driver either, so that what the filter returns and throws is what the test sees. Set the values
/// of <see cref="Session"/>, then call one stage or <see cref="RunAsync"/>. For the driver's part (deadlines, failure policy, shadow) see <see cref="PipelineHarness"/>.
/// </summary>
public sealed class FilterHarness : IDisposable
{
    private static readonly TlsInfo SomeTls = new("TLSv1.3", "TLS_AES_256_GCM_SHA384", null, null);

    /// <summary>Tests a filter that needs no context.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="dns">Its resolver; <c>null</c> for one without names.</param>
    public FilterHarness(IFilter filter, FakeDns? dns = null)
        : this(_ => filter, dns)
    {
    }

    /// <summary>Tests a filter that is made with a context.</summary>
    /// <param name="create">Makes it.</param>
    /// <param name="dns">Its resolver; <c>null</c> for one without names.</param>
    /// <param name="traits">Traits of its registration; <c>null</c> for the defaults.</param>
    /// <param name="host">The server that it runs in; <c>null</c> for one of which nothing is known.</param>
    public FilterHarness(Func<FilterContext, IFilter> create, FakeDns? dns = null, FilterTraits? traits = null, FilterHost? host = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        Dns = dns ?? FakeDns.Empty;
        Dns.Time = Time;
        Traits = traits ?? FilterTraits.Default;
        Context = new HarnessContext("test", Dns, Time, Traits) { Server = host ?? FilterHost.Unknown };
        Filter = create(Context);
        Transaction = new TestTransaction(Session);
    }

    /// <summary>The filter.</summary>
    public IFilter Filter { get; }

    /// <summary>What the driver would know of it.</summary>
    public FilterTraits Traits { get; }

    /// <summary>Its context: facts, scores and changes that it published.</summary>
    public HarnessContext Context { get; }

    /// <summary>Its resolver. Delays pass on <see cref="Time"/>.</summary>
    public FakeDns Dns { get; }

    /// <summary>Its clock, standing at 2026-01-02 03:04:05 UTC until the test moves it.</summary>
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    /// <summary>The session.</summary>
    public TestSession Session { get; private set; } = new();

    /// <summary>The transaction that <see cref="MailAsync"/> began.</summary>
    public TestTransaction Transaction { get; private set; }

    /// <summary>Whether the session is encrypted.</summary>
    public bool Tls
    {
        get => Session.IsTls;
        set => Session.TlsInUse = value ? SomeTls : null;
    }

    /// <summary>Size of the chunks that body sinks get; 0 for one chunk. Default 0.</summary>
    public int ChunkBytes { get; set; }

    /// <summary>Whether chunks are overwritten as soon as a sink has returned. Default yes; off only for what another run is compared with.</summary>
    public bool TakesChunksBack { get; set; } = true;

    /// <summary>Makes the harness of a registered type, as the server would make the filter.</summary>
    /// <param name="register">Registers the type, such as <c>registry => registry.AddRbl()</c>.</param>
    /// <param name="options">Its options; <c>null</c> for the defaults.</param>
    /// <param name="dns">Its resolver; <c>null</c> for one without names.</param>
    /// <param name="host">The server that it runs in; <c>null</c> for one of which nothing is known.</param>
    /// <exception cref="ArgumentException">Not exactly one type was registered.</exception>
    public static FilterHarness Of(Action<FilterRegistry> register, object? options = null, FakeDns? dns = null, FilterHost? host = null)
    {
        FilterRegistration registration = Registrations.Single(register);
        object bound = options ?? Activator.CreateInstance(registration.OptionsType)!;
        return new FilterHarness(context => registration.Create(bound, context), dns, registration.TraitsOf(bound), host);
    }

    /// <summary>Begins another session with the same filter, as when two clients call at once.</summary>
    public void NextSession()
    {
        Session = new TestSession();
        Transaction = new TestTransaction(Session);
    }

    /// <summary>Runs the connect stage.</summary>
    /// <param name="cancellationToken">The deadline of the call.</param>
    public ValueTask<Verdict> ConnectAsync(CancellationToken cancellationToken = default) =>
        Filter is IConnectFilter filter ? filter.OnConnectAsync(Session, cancellationToken) : Verdict.Continue;

    /// <summary>Runs the HELO stage.</summary>
    /// <param name="hello">Argument of HELO or EHLO; <c>null</c> keeps that of the session.</param>
    /// <param name="cancellationToken">The deadline of the call.</param>
    public ValueTask<Verdict> HelloAsync(string? hello = null, CancellationToken cancellationToken = default)
    {
        Session.HelloText = hello ?? Session.HelloText;
        return Filter is IHelloFilter filter ? filter.OnHelloAsync(Session, cancellationToken) : Verdict.Continue;
    }

    /// <summary>Runs the AUTH stage.</summary>
    /// <param name="user">Who logged in.</param>
    /// <param name="cancellationToken">The deadline of the call.</param>
    public ValueTask<Verdict> AuthAsync(string user = "user@example.com", CancellationToken cancellationToken = default)
    {
        Session.User = user;
        return Filter is IAuthFilter filter ? filter.OnAuthAsync(Session, cancellationToken) : Verdict.Continue;
    }

    /// <summary>Reports a violation.</summary>
    /// <param name="violation">What the client did.</param>
    /// <param name="cancellationToken">The deadline of the call.</param>
    public ValueTask<Verdict> ViolationAsync(ProtocolViolation violation, CancellationToken cancellationToken = default) =>
        Filter is IViolationFilter filter ? filter.OnViolationAsync(Session, violation, cancellationToken) : Verdict.Continue;

    /// <summary>Begins a transaction and runs the MAIL stage.</summary>
    /// <param name="reversePath">Without angle brackets; empty for <c>&lt;&gt;</c>.</param>
    /// <param name="cancellationToken">The deadline of the call.</param>
    public ValueTask<Verdict> MailAsync(string reversePath = "sender@example.org", CancellationToken cancellationToken = default)
    {
        Transaction = new TestTransaction(Session, reversePath);
        return Filter is IMailFilter filter ? filter.OnMailAsync(Transaction, cancellationToken) : Verdict.Continue;
    }

    /// <summary>Runs the stage before relay control and recipient validity, as for a recipient that these refuse.</summary>
    /// <param name="forwardPath">Without angle brackets.</param>
    /// <param name="cancellationToken">The deadline of the call.</param>
    public ValueTask<Verdict> RcptAttemptAsync(string forwardPath = "nobody@example.com", CancellationToken cancellationToken = default) =>
        Filter is IRcptAttemptFilter filter ? filter.OnRcptAttemptAsync(Transaction, TestPath.Of(forwardPath), cancellationToken) : Verdict.Continue;

    /// <summary>Runs both stages of RCPT; the recipient is accepted unless the filter refuses it.</summary>
    /// <param name="forwardPath">Without angle brackets.</param>
    /// <param name="cancellationToken">The deadline of the call.</param>
    public async ValueTask<Verdict> RcptAsync(string forwardPath = "rcpt@example.com", CancellationToken cancellationToken = default)
    {
        Verdict attempt = await RcptAttemptAsync(forwardPath, cancellationToken);
        if (attempt.Kind >= VerdictKind.Defer)
        {
            return attempt;
        }

        TestRecipient recipient = Transaction.Ask(forwardPath);
        Verdict verdict = Filter is IRcptFilter filter ? await filter.OnRcptAsync(Transaction, recipient, cancellationToken) : Verdict.Continue;
        if (verdict.Kind < VerdictKind.Defer)
        {
            Transaction.Accept(recipient);
        }

        return verdict;
    }

    /// <summary>Sends content through the body sink, in chunks of <see cref="ChunkBytes"/> that are overwritten as soon as the sink has returned.</summary>
    /// <param name="content">Header and body with CRLF line ends.</param>
    /// <param name="cancellationToken">The deadline of each call.</param>
    /// <returns>What the sink says of each recipient; nothing when the filter has none.</returns>
    public async ValueTask<RecipientVerdicts> BodyAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        AcceptOne();
        RecipientVerdicts verdicts = new();
        verdicts.Reset(Transaction.Recipients.Count);
        IBodySink? sink = (Filter as IBodyFilter)?.OpenBody(Transaction);
        if (sink is not null)
        {
            await using (sink)
            {
                await LentChunks.WriteAsync(sink, content, ChunkBytes, TakesChunksBack, cancellationToken);
                await sink.CompleteAsync(verdicts, cancellationToken);
            }
        }

        return verdicts;
    }

    /// <summary>Stages content and runs the message stage.</summary>
    /// <param name="content">Header and body with CRLF line ends.</param>
    /// <param name="cancellationToken">The deadline of the call.</param>
    public async ValueTask<RecipientVerdicts> MessageAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        AcceptOne();
        RecipientVerdicts verdicts = new();
        verdicts.Reset(Transaction.Recipients.Count);
        using TestMessageContent staged = new(content.Span, blockBytes: ChunkBytes);
        Transaction.Staged = staged;
        if (Filter is IMessageFilter filter)
        {
            await filter.OnMessageAsync(Transaction, verdicts, cancellationToken);
        }

        return verdicts;
    }

    /// <summary>Ends the session.</summary>
    public ValueTask EndAsync() => Filter is ISessionEndFilter filter ? filter.OnSessionEndAsync(Session) : default;

    /// <summary>Runs a whole session of one message through every stage of the filter, with the values set so far.</summary>
    /// <param name="content">The message; LF alone is turned into CRLF. <c>null</c> for a short one.</param>
    /// <param name="cancellationToken">The deadline of each call.</param>
    /// <returns>The most severe verdict, the earliest of several alike.</returns>
    public async ValueTask<Verdict> RunAsync(string? content = null, CancellationToken cancellationToken = default)
    {
        byte[] message = Encoding.UTF8.GetBytes(TestMessageContent.WithCrLf(content ?? "Subject: test\n\nA short text.\n"));
        Verdict verdict = await ConnectAsync(cancellationToken);
        if (Session.Protocol == SessionProtocol.Smtp)
        {
            verdict = Verdict.MostSevere(verdict, await HelloAsync(null, cancellationToken));
        }

        verdict = Verdict.MostSevere(verdict, await MailAsync(cancellationToken: cancellationToken));
        verdict = Verdict.MostSevere(verdict, await RcptAsync(cancellationToken: cancellationToken));
        verdict = MostSevere(verdict, await BodyAsync(message, cancellationToken));
        verdict = MostSevere(verdict, await MessageAsync(message, cancellationToken));
        await EndAsync();
        return verdict;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        (Filter as IDisposable)?.Dispose();
        Context.Dispose();
        Session.Dispose();
    }

    private static Verdict MostSevere(Verdict first, RecipientVerdicts others)
    {
        for (int i = 0; i < others.Count; i++)
        {
            first = Verdict.MostSevere(first, others[i]);
        }

        return first;
    }

    private void AcceptOne()
    {
        if (Transaction.Recipients.Count == 0)
        {
            Transaction.AddRecipient("rcpt@example.com");
        }
    }
}
