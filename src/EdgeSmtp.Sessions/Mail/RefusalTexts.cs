using System.Collections.Frozen;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>The operator's texts for what a session refuses by itself, before and beside all filters.</summary>
/// <param name="replies">Text by token; checked.</param>
internal sealed class RefusalTexts(IReadOnlyDictionary<string, string> replies)
{
    private static readonly FrozenDictionary<string, char> Classes = new Dictionary<string, char>(StringComparer.Ordinal)
    {
        [MetricLabels.Of(RecipientOutcome.RelayDenied)] = '5',
        [MetricLabels.Of(RecipientOutcome.Unknown)] = '5',
        [MetricLabels.Of(RecipientOutcome.TemporaryFailure)] = '4',
        [MetricLabels.Of(RecipientOutcome.TooMany)] = '4',
        [MetricLabels.Of(RecipientOutcome.NoSmtputf8)] = '5',
        [MetricLabels.Of(RecipientOutcome.NoBinarymime)] = '5',
        [MetricLabels.Of(TransactionOutcome.TooLarge)] = '5',
        [MetricLabels.Of(TransactionOutcome.Malformed)] = '5',
        [MetricLabels.Of(TransactionOutcome.TooManyHops)] = '5',
        [MetricLabels.Of(TransactionOutcome.NoSpace)] = '4',
        [MetricLabels.Of(TransactionOutcome.StoreFailed)] = '4',
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, ReplyTemplate> _texts =
        replies.ToFrozenDictionary(static entry => entry.Key, static entry => ReplyTemplate.Parse(entry.Value), StringComparer.Ordinal);

    /// <summary>What is wrong with configured texts.</summary>
    public static IEnumerable<string> Check(IReadOnlyDictionary<string, string> replies)
    {
        foreach ((string token, string text) in replies)
        {
            if (!Classes.TryGetValue(token, out char replyClass))
            {
                yield return $"there is no reason '{token}'; there are {string.Join(", ", Classes.Keys.Order(StringComparer.Ordinal))}";
            }
            else if (ReplyTemplate.Check(text) is { } error)
            {
                yield return $"{token} {error}";
            }
            else if (!ReplyTemplate.Parse(text).Fits(replyClass))
            {
                yield return $"{token} begins with an enhanced code of another class; the reply is {replyClass}yz";
            }
        }
    }

    /// <summary>The operator's text for a token; <c>null</c>, as is usual, when there is none.</summary>
    public ReplyTemplate? Find(string token) => _texts.GetValueOrDefault(token);

    /// <summary>The enhanced code of a refusal. What is unknown is refused for now where a rule says so: a text's code for the permanent reply is not said then (RFC 2034 §4).</summary>
    public static string EnhancedCodeOf(ReplyTemplate template, SmtpReply reply) =>
        template.EnhancedCode.Length > 0 && template.Fits(reply.IsPermanent ? '5' : '4') ? template.EnhancedCode : reply.EnhancedCode;
}
