namespace EdgeSmtp.Filters.RecipientCheck;

/// <summary>How many recipients a client has named for one message.</summary>
internal sealed class AttemptCount
{
    public int Value { get; set; }
}
