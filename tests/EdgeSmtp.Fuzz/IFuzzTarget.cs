namespace EdgeSmtp.Fuzz;

/// <summary>One parser, and what must be true of it whatever it reads.</summary>
/// <remarks>Code of <see cref="Assemblies"/> may run in <see cref="Run"/> only: before the first input, afl's map of branches is not there, and instrumented code writes to it.</remarks>
public interface IFuzzTarget
{
    /// <summary>Its name: that of the command line, and of its folder of seeds.</summary>
    string Name { get; }

    /// <summary>The assemblies in which branches are counted.</summary>
    IReadOnlyList<string> Assemblies { get; }

    /// <summary>Reads an input. An exception is a finding.</summary>
    /// <param name="input">Anything.</param>
    void Run(ReadOnlySpan<byte> input);
}
