namespace EdgeSmtp.Fuzz;

/// <summary>One parser, and what must be true of it whatever it reads.</summary>
public interface IFuzzTarget
{
    /// <summary>Its name: that of the command line, and of its folder of seeds.</summary>
    string Name { get; }

    /// <summary>The assembly in which branches are counted.</summary>
    string Assembly { get; }

    /// <summary>Reads an input. An exception is a finding.</summary>
    /// <param name="input">Anything.</param>
    void Run(ReadOnlySpan<byte> input);
}
