using System.Buffers;
using EdgeSmtp.Abstractions.Dns;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Abstractions;

/// <summary>
/// What one filter instance gets at construction. All that an instance publishes goes through its own context, so that the driver can leave out
/// what a shadow filter says and drop what a failed one changed.
/// </summary>
public abstract class FilterContext
{
    /// <summary>Name of the instance in the configuration; a metric label.</summary>
    public abstract string Name { get; }

    /// <summary>The shared resolver.</summary>
    public abstract IDnsResolver Dns { get; }

    /// <summary>The clock; a fake one in tests.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>For operations; verdicts and failures are logged by the driver.</summary>
    public abstract ILogger Logger { get; }

    /// <summary>The server that the filter runs in. Default <see cref="FilterHost.Unknown"/>.</summary>
    public virtual FilterHost Host => FilterHost.Unknown;

    /// <summary>State that outlives a reload: caches, allow lists, connection pools. Kept while any instance of this name and type of filter holds it.</summary>
    /// <typeparam name="T">Type of the state; disposed with its last holder if disposable.</typeparam>
    /// <param name="name">Name within this instance.</param>
    /// <param name="factory">Makes it the first time.</param>
    public abstract T State<T>(string name, Func<T> factory)
        where T : class;

    /// <summary>Counts and levels of a part of this filter, for metrics beyond those that the driver records.</summary>
    /// <param name="part">Name of the part: from the configuration, or a constant of the code.</param>
    public virtual FilterMeter Meter(string part) => FilterMeter.None;

    /// <summary>Publishes a fact.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="subject">Session, transaction or recipient, as the scope of the key says.</param>
    /// <param name="key">A key among the <see cref="FilterTraits.Provides"/> of the filter, or of <see cref="KnownFacts"/>.</param>
    /// <param name="value">The finding.</param>
    public abstract void Publish<T>(FilterSubject subject, FactKey<T> key, T value);

    /// <summary>Reads a fact.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="subject">Session, transaction or recipient; a wider subject is found from a narrower one.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The finding.</param>
    /// <returns>Whether it was published.</returns>
    public abstract bool TryRead<T>(FilterSubject subject, FactKey<T> key, out T? value);

    /// <summary>Adds a named score, for a threshold filter to judge. Scores of one name add up.</summary>
    /// <param name="subject">Session, transaction or recipient.</param>
    /// <param name="name">Name, such as that of the list.</param>
    /// <param name="value">Points; negative ones speak for the client.</param>
    public abstract void AddScore(FilterSubject subject, string name, double value);

    /// <summary>Sum of the scores of a subject and of the wider subjects around it.</summary>
    /// <param name="subject">Session, transaction or recipient.</param>
    public abstract double TotalScore(FilterSubject subject);

    /// <summary>Adds the scores of a subject and of the wider subjects around it to a collection, by name: what <see cref="TotalScore"/> is the sum of.</summary>
    /// <param name="subject">Session, transaction or recipient.</param>
    /// <param name="scores">Takes them. A name stands in it once for each subject that has a score of it. A context that keeps no names gives the sum alone.</param>
    public virtual void CopyScores(FilterSubject subject, ICollection<NamedScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (TotalScore(subject) is not 0 and double total)
        {
            scores.Add(new NamedScore("total", total));
        }
    }

    /// <summary>
    /// The message as the filters before this one left it: what a filter reads whose own changes count on what it saw, or whose backend is to see what will be delivered. Changes for single
    /// recipients are not in it, nor those of the members of its own group.
    /// </summary>
    /// <param name="transaction">The transaction, at the message stage.</param>
    /// <returns>The staged message itself while nobody has changed anything; otherwise it with a header block, and perhaps a body, in its place. Valid until the transaction ends.</returns>
    public virtual ReadOnlySequence<byte> ContentOf(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.Content?.Bytes ?? throw new InvalidOperationException("There is no content before the message stage.");
    }

    /// <summary>Changes to the message for every recipient.</summary>
    /// <param name="transaction">The transaction.</param>
    public abstract IMessageChanges Changes(Transaction transaction);

    /// <summary>Changes to the message for one recipient; header fields only.</summary>
    /// <param name="recipient">The recipient.</param>
    public abstract IMessageChanges Changes(Recipient recipient);

    /// <summary>Asks for the greeting to be held back, as <see cref="Session.HoldGreeting"/> does; nothing is held for a filter in shadow.</summary>
    /// <param name="session">The session.</param>
    /// <param name="delay">0 to 4 minutes.</param>
    public virtual void HoldGreeting(Session session, TimeSpan delay)
    {
        ArgumentNullException.ThrowIfNull(session);
        session.HoldGreeting(delay);
    }

    /// <summary>
    /// Asks for the reply to RCPT to be held back, from <see cref="IRcptAttemptFilter"/>; ignored elsewhere, and on QMTP and QMQP, which have no reply to each recipient. Waited for once
    /// after all filters of that stage, outside their deadlines; the longest wins. A shutdown or a client that leaves ends it.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="delay">0 to 4 minutes: RFC 5321 §4.5.3.2.3 lets the client wait 5.</param>
    public virtual void HoldReply(Session session, TimeSpan delay)
    {
        ArgumentNullException.ThrowIfNull(session);
        session.HoldReply(delay);
    }

    /// <summary>
    /// Asks, from <see cref="IMessageFilter"/>, that this filter be asked again about the message after it was committed and before it is delivered: for a scanner that is too busy now.
    /// What it says then may deliver, tag or quarantine, and nothing else: the client has its 250. Its other verdicts count as quarantine.
    /// The message stage of this filter alone is run then, over the message as it was committed; facts that other filters published are not there, nor are slots that this one set.
    /// </summary>
    /// <param name="transaction">The transaction.</param>
    /// <returns>Whether the message will wait for this filter. <c>false</c>: there is no room to let it wait, or the server keeps none so, and the filter must decide now.</returns>
    public virtual bool TryPostpone(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return false;
    }
}
