namespace EdgeSmtp.Sessions.Connections;

/// <summary>Whether one more connection is let in.</summary>
public enum Admission : byte
{
    /// <summary>It is.</summary>
    Admitted,

    /// <summary>The server holds too many.</summary>
    ServerFull,

    /// <summary>The address holds too many.</summary>
    AddressFull,

    /// <summary>The network holds too many.</summary>
    NetworkFull,
}
