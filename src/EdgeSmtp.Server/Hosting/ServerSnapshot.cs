using EdgeSmtp.Delivery;
using EdgeSmtp.Sessions;

namespace EdgeSmtp.Server.Hosting;

/// <summary>What a reload replaces, as one: sessions and deliveries never see parts of two configurations.</summary>
/// <param name="Session">For sessions.</param>
/// <param name="Delivery">For attempts.</param>
internal sealed record ServerSnapshot(SessionSnapshot Session, DeliverySnapshot Delivery);
