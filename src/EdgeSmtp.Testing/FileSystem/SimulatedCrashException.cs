namespace EdgeSmtp.Testing.FileSystem;

/// <summary>The machine of a <see cref="FaultFileSystem"/> has stopped: this call and every later one end here. Not an <see cref="IOException"/>, so that no error handling of the code under test takes it for one.</summary>
public sealed class SimulatedCrashException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SimulatedCrashException()
        : base("The simulated machine has stopped.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What stopped it.</param>
    public SimulatedCrashException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What stopped it.</param>
    /// <param name="innerException">The cause.</param>
    public SimulatedCrashException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
