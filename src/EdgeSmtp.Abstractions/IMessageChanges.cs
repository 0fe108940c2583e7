using System.Buffers;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Abstractions;

/// <summary>Changes that a filter asks for. They are staged, and applied once, at the commit; those of a failed filter are dropped as a set.</summary>
/// <remarks>
/// Fields inserted before the content (at MAIL or RCPT) stand among the trace fields and are seen by message filters. A filter that removes or replaces
/// anything, or changes body or envelope, must be registered with <see cref="FilterEffect.Rewrites"/>.
/// </remarks>
public interface IMessageChanges
{
    /// <summary>Inserts a header field at the top of the message.</summary>
    /// <param name="name">Field name.</param>
    /// <param name="value">Field body; folded if it is long.</param>
    /// <exception cref="ArgumentException">The name is not a field name, or the value holds CR, LF or NUL outside of folding.</exception>
    void InsertHeader(string name, string value);

    /// <summary>Inserts a header field at a place of its own, as milters do. Before the content (at MAIL or RCPT) it stands among the trace fields, wherever it was to go.</summary>
    /// <param name="name">Field name.</param>
    /// <param name="value">Field body; folded if it is long.</param>
    /// <param name="position">Fields that stay above it, counted as earlier filters left them: 0 is the top; more than there are is the end of the header.</param>
    /// <exception cref="ArgumentException">The name is not a field name, or the value holds CR, LF or NUL outside of folding.</exception>
    void InsertHeader(string name, string value, int position);

    /// <summary>Replaces a header field.</summary>
    /// <param name="name">Field name, compared without case.</param>
    /// <param name="occurrence">1 is the topmost; -1 the lowest.</param>
    /// <param name="value">The new field body.</param>
    void ReplaceHeader(string name, int occurrence, string value);

    /// <summary>Removes a header field.</summary>
    /// <param name="name">Field name, compared without case.</param>
    /// <param name="occurrence">1 is the topmost; -1 the lowest; 0 all of them.</param>
    void RemoveHeader(string name, int occurrence);

    /// <summary>
    /// Removes header fields that the message brought along, by the beginning of their names. Our trace fields stay, and so does what filters wrote: for fields that only we may write,
    /// and that a reader behind us believes.
    /// </summary>
    /// <param name="namePrefix">What their names begin with, compared without case; a name itself begins with itself.</param>
    void RemoveForeign(string namePrefix);

    /// <summary>Replaces all that follows the header. One filter a message may do it.</summary>
    /// <param name="body">The new body with CRLF line ends; copied.</param>
    void ReplaceBody(ReadOnlySequence<byte> body);

    /// <summary>
    /// Replaces the whole message, header and body: for a filter that hands it to a program and gets another one back. Needs <see cref="FilterTraits.ReplacesBody"/>. Such a filter reads
    /// <see cref="FilterContext.ContentOf"/>, so that what filters before it changed is in what it gives back; those behind it read what it gave back, as the message.
    /// </summary>
    /// <param name="message">The new message with CRLF line ends, all trace fields included; copied.</param>
    /// <exception cref="InvalidOperationException">The filter has asked for another change of the content.</exception>
    void ReplaceContent(ReadOnlySequence<byte> message);

    /// <summary>Replaces the reverse-path. Whole transaction only.</summary>
    /// <param name="reversePath">The new reverse-path.</param>
    void ReplaceReversePath(MailPath reversePath);

    /// <summary>Adds a recipient without asking recipient filters again. Whole transaction only.</summary>
    /// <param name="forwardPath">The new recipient.</param>
    void AddRecipient(MailPath forwardPath);

    /// <summary>Adds a recipient without asking recipient filters again, and says what reports are made about it. Whole transaction only.</summary>
    /// <param name="forwardPath">The new recipient.</param>
    /// <param name="notify">As the NOTIFY parameter would (RFC 3461 §4.1).</param>
    /// <param name="originalRecipient">As the ORCPT parameter would, <c>addr-type;xtext</c> (RFC 3461 §4.2); <c>null</c> for none.</param>
    void AddRecipient(MailPath forwardPath, DsnNotify notify, string? originalRecipient);

    /// <summary>Removes a recipient. Whole transaction only.</summary>
    /// <param name="recipient">A recipient of the transaction.</param>
    void RemoveRecipient(Recipient recipient);
}
