using System.Reflection;

namespace EdgeSmtp.Server.Documentation;

/// <summary>One option, as reference and schema tell of it.</summary>
/// <param name="Path">The way to it; <c>NAME</c> stands for a key that the operator chooses.</param>
/// <param name="Property">The property it is bound to.</param>
/// <param name="Form">What may stand there.</param>
/// <param name="Range">Least and greatest value, or empty.</param>
/// <param name="Default">What counts when it is not given; empty for nothing.</param>
/// <param name="IsRequired">Whether it must be given.</param>
/// <param name="Summary">What it does.</param>
internal sealed record OptionDescription(string Path, PropertyInfo Property, string Form, string Range, string Default, bool IsRequired, string Summary);
