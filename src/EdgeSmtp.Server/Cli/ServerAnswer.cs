using EdgeSmtp.Server.Admin;

namespace EdgeSmtp.Server.Cli;

/// <summary>What the running server says to a request for something that only it does.</summary>
internal static class ServerAnswer
{
    /// <summary>Prints it.</summary>
    /// <param name="response">The response; <c>null</c> when no server listens.</param>
    /// <param name="folder">The data directory.</param>
    /// <param name="does">What only a running server does: <c>changes its queue</c>.</param>
    /// <param name="output">Takes it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The exit code of the command.</returns>
    public static async Task<int> PrintAsync(HttpResponseMessage? response, string folder, string does, QueueOutput output, CancellationToken cancellationToken)
    {
        if (response is null)
        {
            return NoServer(folder, does, output);
        }

        string text = (await response.Content.ReadAsStringAsync(cancellationToken)).TrimEnd();
        if (response.IsSuccessStatusCode)
        {
            output.Say(text);
            return ExitCode.Done;
        }

        output.Complain(text);
        return ExitCode.Failed;
    }

    /// <summary>Says that there is no server.</summary>
    /// <param name="folder">The data directory.</param>
    /// <param name="does">What only a running server does.</param>
    /// <param name="output">Takes it.</param>
    /// <returns>The exit code of the command.</returns>
    public static int NoServer(string folder, string does, QueueOutput output)
    {
        output.Complain($"no server listens at {AdminSocket.PathOf(folder)}; only a running server {does}");
        return ExitCode.Failed;
    }
}
