namespace EdgeSmtp.Toolkit.Processes;

/// <summary>Where a program runs that reads two files, by qmail-queue's interface: descriptor 0 is one, descriptor 1 the other.</summary>
/// <param name="Folder">Its working directory; a path.</param>
/// <param name="Environment">Its environment besides PATH. Names and values without NUL.</param>
/// <param name="InputFile">Path of what it reads from descriptor 0.</param>
/// <param name="SecondInputFile">Path of what it reads from descriptor 1.</param>
/// <param name="FileBytesMax">Largest file that it and its children may write, in bytes; rounded up to 512.</param>
public sealed record ProgramPlace(string Folder, IReadOnlyDictionary<string, string> Environment, string InputFile, string SecondInputFile, long FileBytesMax);
