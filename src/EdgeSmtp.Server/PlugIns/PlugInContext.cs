using System.Reflection;
using System.Runtime.Loader;

namespace EdgeSmtp.Server.PlugIns;

/// <summary>
/// The load context of one version of one plug-in. What it brings comes first, NuGet packages and native libraries included; the contract is always the server's; the rest is
/// the framework's. A private assembly of ours that it forgot to bring is missing: bound to the server's copy it would break with the next server.
/// </summary>
/// <param name="name">Name of the plug-in.</param>
/// <param name="mainAssembly">Path of its main assembly; what else it needs is beside, as its <c>.deps.json</c> says.</param>
internal sealed class PlugInContext(string name, string mainAssembly) : AssemblyLoadContext($"plug-in {name}", isCollectible: true)
{
    private readonly AssemblyDependencyResolver _resolver = new(mainAssembly);

    /// <summary>Loads the main assembly.</summary>
    public Assembly LoadMain() => LoadFromAssemblyPath(mainAssembly);

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string simpleName = assemblyName.Name!;
        if (SharedAssemblies.Contains(simpleName))
        {
            return null;
        }

        if (_resolver.ResolveAssemblyToPath(assemblyName) is { } path)
        {
            return LoadFromAssemblyPath(path);
        }

        return SharedAssemblies.IsOurs(simpleName) ? throw new FileNotFoundException($"The plug-in does not bring {simpleName}.", simpleName) : null;
    }

    /// <inheritdoc />
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : base.LoadUnmanagedDll(unmanagedDllName);
}
