namespace EdgeSmtp.Sessions.Smtp;

/// <summary>How long the next piece of content may take: by the pause that is allowed, and by the least rate.</summary>
internal readonly struct ContentClock(SmtpOptions options, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();

    /// <summary>Time left for the next bytes.</summary>
    /// <param name="bytes">Bytes of content so far.</param>
    public TimeSpan Left(long bytes) => Left(bytes, options.DataTimeout);

    /// <summary>Time left for the command that brings the next bytes: between chunks the message goes on.</summary>
    /// <param name="bytes">Bytes of content so far.</param>
    public TimeSpan LeftForCommand(long bytes) => Left(bytes, options.CommandTimeout);

    private TimeSpan Left(long bytes, TimeSpan pauseMax)
    {
        if (options.DataBytesPerSecondMin == 0)
        {
            return pauseMax;
        }

        TimeSpan earned = options.DataRateGrace + TimeSpan.FromSeconds((double)bytes / options.DataBytesPerSecondMin);
        TimeSpan left = earned - time.GetElapsedTime(_began);
        return left < pauseMax ? left : pauseMax;
    }
}
