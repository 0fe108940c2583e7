using System.Net;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Server.Admin;

namespace EdgeSmtp.Server.Cli;

/// <summary>Lists and shows: from the running server, or from the files when there is none.</summary>
internal static class QueueView
{
    /// <summary>Lists all messages.</summary>
    /// <param name="folder">The data directory.</param>
    /// <param name="output">Takes them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<int> ListAsync(string folder, QueueOutput output, CancellationToken cancellationToken)
    {
        using AdminClient client = new(AdminSocket.PathOf(folder));
        using HttpResponseMessage? response = await client.GetAsync("queue", cancellationToken);
        if (response is not null)
        {
            using StreamReader lines = new(await response.Content.ReadAsStreamAsync(cancellationToken));
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                output.ListLine(line);
            }
        }
        else if (OfflineQueue.Open(folder, output) is { } queue)
        {
            await queue.ListAsync(output, cancellationToken);
        }
        else
        {
            return ExitCode.Failed;
        }

        output.EndList();
        return ExitCode.Done;
    }

    /// <summary>Shows one message.</summary>
    /// <param name="folder">The data directory.</param>
    /// <param name="collection">Where it must be: <c>queue</c> for anywhere, or <c>quarantine</c>.</param>
    /// <param name="id">The message.</param>
    /// <param name="withContent">The whole content, or only the header.</param>
    /// <param name="output">Takes it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<int> ShowAsync(string folder, string collection, MessageId id, bool withContent, QueueOutput output, CancellationToken cancellationToken)
    {
        using AdminClient client = new(AdminSocket.PathOf(folder));
        using HttpResponseMessage? response = await client.GetAsync($"{collection}/{id}{(withContent ? "?content" : string.Empty)}", cancellationToken);
        if (response is not null)
        {
            string text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                output.Complain(text.TrimEnd());
                return ExitCode.Failed;
            }

            output.Show(text);
            return ExitCode.Done;
        }

        return OfflineQueue.Open(folder, output) is { } queue ? queue.Show(collection, id, withContent, output) : ExitCode.Failed;
    }
}
