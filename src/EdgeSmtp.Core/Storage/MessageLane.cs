namespace EdgeSmtp.Core.Storage;

/// <summary>What a message of the queue waits for. One message is in one lane; lanes share the journal, so that the parts of one transaction are committed together. The numbers are on disk.</summary>
public enum MessageLane : byte
{
    /// <summary>Its delivery.</summary>
    Delivery,

    /// <summary>The verdict of filters that asked to be asked again. Not delivered before.</summary>
    Pending,

    /// <summary>An operator, or the end of its time.</summary>
    Quarantine,
}
