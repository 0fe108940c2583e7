namespace EdgeSmtp.Toolkit.Processes;

/// <summary>A program to run.</summary>
/// <param name="Program">Its path, or a name that is looked for in PATH.</param>
/// <param name="Arguments">Its arguments, each as it is: no shell reads them.</param>
public sealed record ProgramCommand(string Program, IReadOnlyList<string> Arguments);
