using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Pipeline.Building;

/// <summary>Disposes what filters own. A filter that cannot be disposed must not stop the others from being.</summary>
internal static class Disposal
{
    private static readonly Action<ILogger, string, Exception?> Failed =
        LoggerMessage.Define<string>(LogLevel.Error, new EventId(301, "FilterDisposeFailed"), "Filter {Filter} or its state could not be disposed.");

    public static async ValueTask DisposeAsync(object owned, ILogger logger, string filter)
    {
        try
        {
            switch (owned)
            {
                case IAsyncDisposable asynchronous:
                    await asynchronous.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
        catch (Exception error)
        {
            Failed(logger, filter, error);
        }
    }
}
