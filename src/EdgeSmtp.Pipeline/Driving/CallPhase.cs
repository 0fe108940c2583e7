namespace EdgeSmtp.Pipeline.Driving;

/// <summary>States of a watched call. Only the step into Finished or Abandoned ends the wait, and each is taken once.</summary>
internal enum CallPhase : byte
{
    /// <summary>Not armed: the call ran without waiting.</summary>
    Idle,

    /// <summary>Armed, token not fired.</summary>
    Waiting,

    /// <summary>Token fired; the grace runs.</summary>
    Cancelling,

    /// <summary>The filter ended.</summary>
    Finished,

    /// <summary>The grace is over and the filter still runs.</summary>
    Abandoned,
}
