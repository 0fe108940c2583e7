using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Xunit;

namespace EdgeSmtp.Tests.Server.PlugIns;

/// <summary>Compiles plug-ins, so that every test has a real assembly of its own, in whatever state of disrepair it needs.</summary>
internal static class PlugInCompiler
{
    private static readonly string[] Usings =
    [
        "System", "System.Buffers", "System.Collections.Concurrent", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading", "System.Threading.Tasks",
        "EdgeSmtp.Abstractions",
    ];

    private static readonly MetadataReference[] Platform =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path))];

    /// <summary>The source of a plug-in with one filter that answers at RCPT.</summary>
    /// <param name="type">Name of its type in configuration.</param>
    /// <param name="body">What <c>OnRcptAsync(transaction, recipient, cancellationToken)</c> does; <c>Refused</c> is its reason, <c>context</c> its context.</param>
    /// <param name="members">Further members of the filter.</param>
    /// <param name="text">Text of its reason.</param>
    /// <param name="modifier">Before the method's return type, such as <c>async</c>.</param>
    public static string RcptFilter(string type, string body, string members = "", string text = "Refused by a plug-in", string modifier = "") => $$"""
        public sealed class Entry : IFilterPlugIn
        {
            public void Register(FilterRegistry filters) => filters.Add("{{type}}", static context => new TheFilter(context));
        }

        public sealed class TheFilter(FilterContext context) : IRcptFilter
        {
            public static readonly FilterReason Refused = new(VerdictKind.Reject, "refused", 550, "5.7.1", "{{text}}");
            public FilterContext Context => context;
            {{members}}
            public {{modifier}} ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
            {
                {{body}}
            }
        }
        """;

    /// <summary>Compiles into a folder whose name is that of the plug-in. Writes over what is there, as a careless operator does.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="source">The source.</param>
    /// <param name="version">Its version.</param>
    /// <param name="assembly">Name of the assembly; <c>null</c> for that of the folder.</param>
    /// <param name="references">Further assemblies; one of the name of a platform assembly comes in its place.</param>
    /// <returns>The assembly.</returns>
    public static string Build(string folder, string source, string version = "1.0.0", string? assembly = null, params string[] references)
    {
        assembly ??= Path.GetFileName(folder);
        string header = string.Concat(Usings.Select(static name => $"using {name};\n")) + $"[assembly: System.Reflection.AssemblyVersion(\"{version}\")]\n";
        HashSet<string> replaced = [.. references.Select(Path.GetFileName).OfType<string>()];
        CSharpCompilation compilation = CSharpCompilation.Create(
            assembly,
            [CSharpSyntaxTree.ParseText(header + source, new CSharpParseOptions(LanguageVersion.Latest), cancellationToken: TestContext.Current.CancellationToken)],
            [.. Platform.Where(reference => !replaced.Contains(Path.GetFileName(reference.Display!))), .. references.Select(static path => MetadataReference.CreateFromFile(path))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true));
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"{assembly}.dll");
        using FileStream stream = File.Create(file);
        EmitResult result = compilation.Emit(stream, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        return file;
    }
}
