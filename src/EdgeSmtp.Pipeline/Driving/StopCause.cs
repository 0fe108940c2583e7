namespace EdgeSmtp.Pipeline.Driving;

/// <summary>Who cancelled a call.</summary>
internal enum StopCause : byte
{
    None,
    Deadline,
    Aborted,
    Group,
}
