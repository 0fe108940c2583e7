using EdgeSmtp.Abstractions.Content;

namespace EdgeSmtp.Core.Storage;

/// <summary>A transaction whose content can be another one for the filters still to come, after one has replaced it.</summary>
public interface IReplaceableContent
{
    /// <summary>The message as the client sent it, whatever filters put in its place: recipients whose profile has no such filter get that.</summary>
    IMessageContent? ReceivedContent { get; }

    /// <summary>Makes the message the content that filters read from now on. What the client sent stays until the transaction ends.</summary>
    /// <param name="message">The new message; copied.</param>
    /// <returns><c>false</c> when it does not fit the staging budget.</returns>
    bool TryReplaceContent(ReadOnlySpan<byte> message);
}
