using System.Net;
using EdgeSmtp.Core.Net;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>Networks from text.</summary>
internal static class Net
{
    public static NetworkSet Of(params string[] networks) => new(networks.Select(IPNetwork.Parse));
}
