namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>Knows which senders a client may use.</summary>
internal interface ISenderRules
{
    /// <summary>Whether host names of clients can play a part.</summary>
    bool HasHosts { get; }

    /// <summary>Whether there is a rule for a key that allows a sender. A key without addresses allows every one.</summary>
    /// <param name="key">A form of the client's address or name, in lower case.</param>
    /// <param name="sender">The sender, as <see cref="Protocol.Addresses.MailPath.Key"/> has it.</param>
    /// <exception cref="IOException">The rules cannot be read.</exception>
    bool Allows(ReadOnlySpan<char> key, ReadOnlySpan<char> sender);
}
