using EdgeSmtp.Delivery;
using EdgeSmtp.Server.PlugIns;
using EdgeSmtp.Sessions;

namespace EdgeSmtp.Server.Hosting;

/// <summary>What a reload replaces, as one: sessions and deliveries never see parts of two configurations.</summary>
/// <param name="Session">For sessions.</param>
/// <param name="Delivery">For attempts.</param>
/// <param name="PlugIns">Where filters come from.</param>
/// <param name="Drain">How the server stops.</param>
internal sealed record ServerSnapshot(SessionSnapshot Session, DeliverySnapshot Delivery, PlugInSet PlugIns, DrainOptions Drain) : IAsyncDisposable
{
    /// <summary>Waits for the last session that began with it, which may be hours, and lets everything go. Plug-ins last: their code is what is disposed before.</summary>
    public async ValueTask DisposeAsync()
    {
        await Session.Pipeline.DisposeAsync();
        Session.Access.Dispose();
        PlugIns.Dispose();
    }
}
