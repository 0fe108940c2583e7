using System.Text;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Samples.EarlyWord;

/// <summary>Refuses messages that hold a word, and knows it at the word and not at the end: a message that everybody refuses is not even kept to its end.</summary>
public sealed class EarlyWordFilter(EarlyWordFilterOptions options) : IBodyFilter
{
    /// <summary>The word was found.</summary>
    public static readonly FilterReason Found = new(VerdictKind.Reject, "word", 554, "5.7.1", "Message content is not taken here");

    private readonly byte[] _word = Encoding.ASCII.GetBytes(options.Word!);

    /// <inheritdoc />
    public IBodySink OpenBody(Transaction transaction) => new EarlyWordSink(_word);
}
