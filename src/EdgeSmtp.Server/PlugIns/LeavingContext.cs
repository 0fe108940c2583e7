namespace EdgeSmtp.Server.PlugIns;

/// <summary>A context that was asked to unload. It is gone when nothing refers to its objects any more and the garbage collector has noticed.</summary>
/// <param name="Name">Name of the plug-in.</param>
/// <param name="Version">Its version.</param>
/// <param name="Context">The context.</param>
internal sealed record LeavingContext(string Name, string Version, WeakReference Context);
