using System.Security.Cryptography;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Makes ids of sessions: 13 characters that sort by time, as ids of messages do, and three that tell processes apart.</summary>
internal static class SessionIds
{
    private const int TagLength = 3;

    private static readonly string Tag = RandomNumberGenerator.GetString("0123456789abcdefghjkmnpqrstvwxyz", TagLength);

    public static string Next(MessageIdGenerator ids) => string.Concat(ids.Next().ToString(), Tag);
}
