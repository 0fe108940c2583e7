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
    public async Task ListAsync(QueueOutput output, CancellationToken cancellationToken)
    {
        Pipe pipe = new();
        Task writing = WriteAsync(pipe.Writer, cancellationToken);
        using StreamReader lines = new(pipe.Reader.AsStream());
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            output.ListLine(line);
        }

        await writing;
    }

    /// <summary>Shows one message.</summary>
    /// <param name="id">The message.</param>
    /// <param name="withContent">The whole content, or only the header.</param>
    /// <param name="output">Takes it.</param>
    public int Show(MessageId id, bool withContent, QueueOutput output)
    {
        if (_reader.Find(id) is not { } summary)
        {
            output.Complain($"no message {id}");
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

    private async Task WriteAsync(PipeWriter writer, CancellationToken cancellationToken)
    {
        await QueueJson.WriteListAsync(writer, _reader.List(), cancellationToken);
        await writer.CompleteAsync();
    }
}
