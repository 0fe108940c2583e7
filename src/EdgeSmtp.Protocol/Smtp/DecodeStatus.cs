namespace EdgeSmtp.Protocol.Smtp;

/// <summary>Why a decoder stopped.</summary>
public enum DecodeStatus : byte
{
    /// <summary>All input was consumed; the message goes on.</summary>
    NeedInput,

    /// <summary>The output has no room for what may come next; call again with the rest of the input and new output.</summary>
    OutputFull,

    /// <summary>The message is complete; the rest of the input is not part of it.</summary>
    End,
}
