using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Sessions.Access;

/// <summary>
/// Finds the rule for a client in the order of tcpserver (ucspi-tcp6): identity at address, identity at name, address, name, shorter and shorter beginnings of the
/// address, smaller and smaller prefixes, shorter and shorter domains, any name, the default. The first that is there counts alone; rules never add up.
/// </summary>
/// <param name="table">The rules. Owned.</param>
public sealed class AccessRules(IRuleTable table) : IDisposable
{
    /// <summary>Whether the client's name has to be known.</summary>
    public bool NeedsNames => table.Shape.HasNames;

    /// <summary>Finds the rule.</summary>
    /// <param name="client">The address, IPv4-mapped ones as IPv4.</param>
    /// <param name="name">Its forward-confirmed name, or <c>null</c>.</param>
    /// <param name="identity">Who it says it is; <c>null</c> for nobody.</param>
    /// <returns>The rule; <c>null</c> when there is none.</returns>
    public AccessRule? Find(IPAddress client, string? name, string? identity = null)
    {
        RuleKey key = new(stackalloc byte[RuleKey.BytesMax]);
        return Find(client, name, identity, ref key);
    }

    /// <summary>Finds the rule, and tells what it was found by.</summary>
    /// <param name="client">The address.</param>
    /// <param name="name">Its name, or <c>null</c>.</param>
    /// <param name="identity">Who it says it is, or <c>null</c>.</param>
    /// <param name="address">The address of the rule as a person writes it.</param>
    public AccessRule? Explain(IPAddress client, string? name, string? identity, out string address)
    {
        RuleKey key = new(stackalloc byte[RuleKey.BytesMax]);
        AccessRule? rule = Find(client, name, identity, ref key);
        address = rule is null ? string.Empty : RuleAddress.Describe(key.Bytes);
        return rule;
    }

    /// <summary>Finds the rule that counts whatever the client's name is.</summary>
    /// <param name="client">The address.</param>
    /// <param name="rule">The rule, or <c>null</c> when there is none.</param>
    /// <returns>Whether the name plays no part.</returns>
    public bool TryFindUnnamed(IPAddress client, out AccessRule? rule)
    {
        ArgumentNullException.ThrowIfNull(client);
        RuleKey key = new(stackalloc byte[RuleKey.BytesMax]);
        if (!NeedsNames)
        {
            rule = Find(client, null, null, ref key);
            return true;
        }

        key.Add(client);
        rule = table.Find(key.Bytes);
        return rule is not null;
    }

    /// <inheritdoc />
    public void Dispose() => table.Dispose();

    private AccessRule? Find(IPAddress client, string? name, string? identity, ref RuleKey key)
    {
        ArgumentNullException.ThrowIfNull(client);
        RuleShape shape = table.Shape;
        if (identity is not null && shape.HasIdentities && FindIdentity(client, name, identity, ref key) is { } own)
        {
            return own;
        }

        key.Clear();
        key.Add(client);
        AccessRule? rule = table.Find(key.Bytes);
        if (rule is null && name is not null && shape.HasHosts)
        {
            rule = FindHost(name, ref key);
        }

        rule ??= FindNetwork(client, ref key);
        if (rule is null && name is not null)
        {
            rule = FindDomain(name, ref key);
        }

        if (rule is null)
        {
            key.Clear();
            rule = table.Find([]);
        }

        return rule;
    }

    private AccessRule? FindIdentity(IPAddress client, string? name, string identity, ref RuleKey key)
    {
        key.Clear();
        key.Add(identity);
        key.Add("@");
        int length = key.Length;
        key.Add(client);
        AccessRule? rule = key.IsTooLong ? null : table.Find(key.Bytes);
        if (rule is null && name is not null && !key.IsTooLong)
        {
            key.CutTo(length);
            key.Add("=");
            key.AddName(name);
            rule = key.IsTooLong ? null : table.Find(key.Bytes);
        }

        return rule;
    }

    private AccessRule? FindHost(string name, ref RuleKey key)
    {
        key.Clear();
        key.Add("=");
        key.AddName(name);
        return key.IsTooLong || key.Length == 1 ? null : table.Find(key.Bytes);
    }

    private AccessRule? FindNetwork(IPAddress client, ref RuleKey key)
    {
        bool isV4 = client.AddressFamily == AddressFamily.InterNetwork;
        if (isV4 && table.Shape.HasBeginnings && FindBeginning(client, ref key) is { } beginning)
        {
            return beginning;
        }

        int width = isV4 ? 32 : 128;
        for (int length = width; length > 0; length--)
        {
            if (table.Shape.HasNetworks(length, isV4))
            {
                key.SetNetwork(client, length);
                if (table.Find(key.Bytes) is { } rule)
                {
                    return rule;
                }
            }
        }

        return null;
    }

    private AccessRule? FindBeginning(IPAddress client, ref RuleKey key)
    {
        key.Clear();
        key.Add(client);
        while (key.Bytes.LastIndexOf((byte)'.') is var dot and >= 0)
        {
            key.CutTo(dot + 1);
            if (table.Find(key.Bytes) is { } rule)
            {
                return rule;
            }

            key.CutTo(dot);
        }

        return null;
    }

    private AccessRule? FindDomain(string name, ref RuleKey key)
    {
        for (int dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0 && table.Shape.HasDomains; dot = name.IndexOf('.', dot + 1))
        {
            key.Clear();
            key.Add("=");
            key.AddName(name.AsSpan(dot));
            if (!key.IsTooLong && key.Length > 1 && table.Find(key.Bytes) is { } rule)
            {
                return rule;
            }
        }

        key.Clear();
        key.Add("=");
        return table.Shape.HasHosts ? table.Find(key.Bytes) : null;
    }
}
