using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Inspection;
using EdgeSmtp.Server.Admin;
using EdgeSmtp.Server.Configuration;

namespace EdgeSmtp.Server.Cli;

/// <summary>The queue of a server that does not run, read from its files.</summary>
internal sealed class OfflineQueue
{
    private readonly QueueReader _reader;

    private OfflineQueue(QueueReader reader) => _reader = reader;

    /// <summary>Reads the files.</summary>
    /// <param name="folder">The data directory.</param>
    /// <param name="output">Hears why not.</param>
    /// <returns>The queue, or <c>null</c> when there is none.</returns>
    public static OfflineQueue? Open(string folder, QueueOutput output)
    {
        string queue = ConfigurationPaths.QueueOf(folder);
        if (Directory.Exists(queue))
        {
            return new OfflineQueue(QueueReader.Open(queue));
        }

        output.Complain($"there is no queue in {folder}, and no server listens there");
        return null;
    }

    /// <summary>Lists all messages.</summary>
    /// <param name="output">Takes them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ListAsync(QueueOutput output, CancellationToken cancellationToken) => PipeAsync(
        writer => QueueJson.WriteListAsync(writer, QueueJson.OutsideQuarantine(_reader.List()), cancellationToken), output.ListLine, cancellationToken);

    /// <summary>Lists messages in quarantine.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="output">Takes them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ListQuarantineAsync(QuarantineFilter filter, QuarantineOutput output, CancellationToken cancellationToken) => PipeAsync(
        writer => QuarantineJson.WriteListAsync(writer, FindAsync(filter), cancellationToken), output.ListLine, cancellationToken);

    private static async Task PipeAsync(Func<PipeWriter, Task> write, Action<string> take, CancellationToken cancellationToken)
    {
        Pipe pipe = new();
        Task writing = WriteAsync(pipe.Writer, write);
        using StreamReader lines = new(pipe.Reader.AsStream());
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            take(line);
        }

        await writing;
    }

    /// <summary>Shows one message.</summary>
    /// <param name="collection">Where it must be: <c>queue</c> for anywhere, or <c>quarantine</c>.</param>
    /// <param name="id">The message.</param>
    /// <param name="withContent">The whole content, or only the header.</param>
    /// <param name="output">Takes it.</param>
    public int Show(string collection, MessageId id, bool withContent, QueueOutput output)
    {
        bool isQuarantine = collection == "quarantine";
        if (_reader.Find(id) is not { } summary || (isQuarantine && summary.Lane != MessageLane.Quarantine))
        {
            output.Complain(isQuarantine ? $"no message {id} in quarantine" : $"no message {id}");
            return ExitCode.Failed;
        }

        using QueuedMessage? message = _reader.Read(id);
        if (message is null)
        {
            output.Complain($"the content of {id} is damaged");
            return ExitCode.Failed;
        }

        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text, QueueJson.Compact))
        {
            QueueJson.WriteMessage(json, summary, message, withContent);
        }

        output.Show(Encoding.UTF8.GetString(text.ToArray()));
        return ExitCode.Done;
    }

    private static async Task WriteAsync(PipeWriter writer, Func<PipeWriter, Task> write)
    {
        Exception? failure = null;
        try
        {
            await write(writer);
        }
        catch (Exception error)
        {
            failure = error;
            throw;
        }
        finally
        {
            await writer.CompleteAsync(failure);
        }
    }

    private async IAsyncEnumerable<QuarantinedMessage> FindAsync(QuarantineFilter filter)
    {
        await Task.CompletedTask;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        foreach (MessageSummary summary in _reader.List().Where(summary => filter.MayMatch(summary, now)))
        {
            QuarantinedMessage message = new(summary, _reader.ReadEnvelope(summary.Id));
            if (filter.Matches(message))
            {
                yield return message;
            }
        }
    }
}
