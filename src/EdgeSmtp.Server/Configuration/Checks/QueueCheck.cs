namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>The queue: what its options say of one another.</summary>
internal sealed class QueueCheck : IConfigurationCheck
{
    /// <inheritdoc />
    public void Check(CheckContext context)
    {
        if (context.Options.DataDirectory is not null && context.Options.Queue.FindError() is { } error)
        {
            context.Error(error, nameof(ServerOptions.Queue));
        }
    }
}
