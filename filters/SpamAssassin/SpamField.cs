namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>A header field that is to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value in one line; <see cref="EdgeSmtp.Protocol.Content.HeaderField.TryFold"/> takes it.</param>
internal readonly record struct SpamField(string Name, string Value);
