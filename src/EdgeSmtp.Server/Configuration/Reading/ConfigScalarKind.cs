namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>Kinds of single values that JSON has.</summary>
internal enum ConfigScalarKind : byte
{
    /// <summary><c>null</c>: the option is switched off or left at nothing.</summary>
    Null,

    /// <summary>In quotes.</summary>
    Text,

    /// <summary>Digits.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Truth,
}
