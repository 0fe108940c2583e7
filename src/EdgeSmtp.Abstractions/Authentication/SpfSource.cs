namespace EdgeSmtp.Abstractions.Authentication;

/// <summary>Whose words a result of SPF rests on.</summary>
public enum SpfSource : byte
{
    /// <summary>The record of the domain.</summary>
    Record,

    /// <summary>A mechanism that our operator put into the record. Nobody else would come to this result.</summary>
    LocalPolicy,
}
