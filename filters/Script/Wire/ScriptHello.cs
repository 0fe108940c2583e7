using System.Buffers;

namespace EdgeSmtp.Filters.Script.Wire;

/// <summary>How a child introduces itself.</summary>
/// <param name="Stages">Where it wants to be asked.</param>
/// <param name="Concurrency">Questions that it takes at once, at least 1.</param>
internal sealed record ScriptHello(ScriptStages Stages, int Concurrency)
{
    private const int Spoken = 1;

    /// <summary>Reads the first line.</summary>
    /// <exception cref="ScriptException">It is none.</exception>
    public static ScriptHello Read(in ReadOnlySequence<byte> line)
    {
        HelloLine read = ScriptJson.Read(line, ScriptJson.Default.HelloLine, "its hello");
        if (read.Version != Spoken)
        {
            throw new ScriptException($"it speaks version {read.Version} of the protocol, not {Spoken}");
        }

        ScriptStages stages = ScriptStages.None;
        foreach (string name in read.Stages)
        {
            ScriptStages stage = ScriptStageNames.Parse(name);
            stages |= stage != ScriptStages.None ? stage : throw new ScriptException("its hello names a stage that there is not");
        }

        return stages != ScriptStages.None && read.Concurrency > 0
            ? new ScriptHello(stages, read.Concurrency)
            : throw new ScriptException("its hello names no stage, or a concurrency below 1");
    }
}
