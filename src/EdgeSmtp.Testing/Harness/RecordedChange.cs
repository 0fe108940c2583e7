using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Testing.Harness;

/// <summary>One change that a filter asked for.</summary>
/// <param name="Member">The method of <see cref="IMessageChanges"/>, such as <c>InsertHeader</c>.</param>
/// <param name="Name">Field name; <c>null</c> for changes of other things.</param>
/// <param name="Occurrence">As given, or the position of an inserted field; 0 where there is none.</param>
/// <param name="Value">Field body, new body as UTF-8, or path.</param>
/// <param name="Recipient">The one recipient it is for, or the one removed; <c>null</c> for all.</param>
public sealed record RecordedChange(string Member, string? Name, int Occurrence, string? Value, Recipient? Recipient);
