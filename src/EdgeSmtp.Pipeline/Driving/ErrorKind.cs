namespace EdgeSmtp.Pipeline.Driving;

/// <summary>What a filter did wrong.</summary>
internal enum ErrorKind : byte
{
    /// <summary>It threw.</summary>
    Exception,

    /// <summary>Its deadline passed.</summary>
    Timeout,

    /// <summary>Its deadline passed and it went on.</summary>
    Stuck,

    /// <summary>It gave Discard without <c>AllowDiscard</c>.</summary>
    Discard,

    /// <summary>It gave a reason that is no static field of its type.</summary>
    Undeclared,

    /// <summary>Its body sink could not be disposed.</summary>
    Dispose,
}
