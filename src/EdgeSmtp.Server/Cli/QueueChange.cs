using System.Text.Json;
using EdgeSmtp.Server.Admin;

namespace EdgeSmtp.Server.Cli;

/// <summary>Has the running server change messages. Without a server nothing is changed: the queue has one writer.</summary>
internal static class QueueChange
{
    private const string Does = "changes its queue";

    /// <summary>Applies one action to messages.</summary>
    /// <param name="folder">The data directory.</param>
    /// <param name="collection">What is meant by all: <c>queue</c>, or <c>quarantine</c>.</param>
    /// <param name="action">What to do, with its query.</param>
    /// <param name="ids">The messages; <c>null</c> for all.</param>
    /// <param name="output">Takes results.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<int> ApplyAsync(string folder, string collection, string action, IReadOnlyList<string>? ids, QueueOutput output, CancellationToken cancellationToken)
    {
        using AdminClient client = new(AdminSocket.PathOf(folder));
        int exit = ExitCode.Done;
        ids ??= await AllAsync(client, collection, cancellationToken);
        if (ids is null)
        {
            return ServerAnswer.NoServer(folder, Does, output);
        }

        foreach (string id in ids)
        {
            using HttpResponseMessage? response = await client.PostAsync($"{collection}/{id}/{action}", cancellationToken);
            exit = Math.Max(exit, await ServerAnswer.PrintAsync(response, folder, Does, output, cancellationToken));
            if (response is null)
            {
                return exit;
            }
        }

        return exit;
    }

    private static async Task<IReadOnlyList<string>?> AllAsync(AdminClient client, string collection, CancellationToken cancellationToken)
    {
        using HttpResponseMessage? response = await client.GetAsync(collection, cancellationToken);
        if (response is null)
        {
            return null;
        }

        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using JsonDocument list = await JsonDocument.ParseAsync(stream, default, cancellationToken);
        return [.. list.RootElement.EnumerateArray().Select(static message => message.GetProperty("id").GetString()!)];
    }
}
