using System.Net;
using EdgeSmtp.Abstractions.Authentication;

namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>What SPF is asked (RFC 7208 §4.1). Nothing here needs to be valid: a domain that is none has the result "none".</summary>
/// <param name="Client">The client; an IPv4-mapped address counts as IPv4 (RFC 7208 §5).</param>
/// <param name="Identity">Whose domain it is.</param>
/// <param name="LocalPart">Local part of the sender; empty stands for postmaster (RFC 7208 §4.3).</param>
/// <param name="Domain">The domain, in A-labels.</param>
/// <param name="Hello">What the client called itself; empty when it did not.</param>
/// <param name="Receiver">Our name.</param>
public sealed record SpfQuery(IPAddress Client, SpfIdentity Identity, string LocalPart, string Domain, string Hello, string Receiver);
