using System.Globalization;
using System.Net;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Configuration.Binding;

/// <summary>Turns single values into the types that options have. A number or a truth value may stand in quotes, because only texts can come from the environment.</summary>
internal static class ScalarValues
{
    /// <summary>Whether options may have this type.</summary>
    /// <param name="type">The type, not nullable.</param>
    public static bool Knows(Type type) => type.IsEnum || type == typeof(string) || type == typeof(bool) || IsNumber(type) || Texts.ContainsKey(type);

    /// <summary>Whether it is a number.</summary>
    /// <param name="type">The type, not nullable.</param>
    public static bool IsNumber(Type type) => IsWhole(type) || type == typeof(double) || type == typeof(float) || type == typeof(decimal);

    /// <summary>Whether it is a number without fraction.</summary>
    /// <param name="type">The type, not nullable.</param>
    public static bool IsWhole(Type type) => !type.IsEnum && Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64;

    /// <summary>Converts.</summary>
    /// <param name="type">The type, not nullable.</param>
    /// <param name="scalar">The value; not <c>null</c>.</param>
    /// <param name="value">The result.</param>
    /// <param name="expected">What had to stand there, when the result is <c>false</c>.</param>
    public static bool TryConvert(Type type, ConfigScalar scalar, out object? value, out string expected)
    {
        value = null;
        expected = Expected(type);
        if (type == typeof(string))
        {
            value = scalar.Text;
            return scalar.Scalar == ConfigScalarKind.Text;
        }

        if (type == typeof(bool))
        {
            value = scalar.Text == "true";
            return scalar.Scalar != ConfigScalarKind.Number && scalar.Text is "true" or "false";
        }

        if (IsNumber(type))
        {
            return scalar.Scalar != ConfigScalarKind.Truth && TryNumber(type, scalar.Text, out value);
        }

        if (scalar.Scalar != ConfigScalarKind.Text)
        {
            return false;
        }

        value = type.IsEnum ? EnumValue(type, scalar.Text) : Texts[type].Parse(scalar.Text);
        return value is not null;
    }

    /// <summary>What has to stand there, for messages and for the reference.</summary>
    /// <param name="type">The type, not nullable.</param>
    public static string Expected(Type type)
    {
        if (type.IsEnum)
        {
            return $"one of {string.Join(", ", Enum.GetNames(type))}";
        }

        if (Texts.TryGetValue(type, out TextForm? form))
        {
            return form.Expected;
        }

        return type == typeof(string) ? "a text" : type == typeof(bool) ? "true or false" : IsWhole(type) ? "a whole number" : "a number";
    }

    private static object? EnumValue(Type type, string text)
    {
        string[] names = Enum.GetNames(type);
        int found = Array.FindIndex(names, name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase));
        return found < 0 ? null : Enum.Parse(type, names[found]);
    }

    private static bool TryNumber(Type type, string text, out object? value)
    {
        value = null;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) || (IsWhole(type) && decimal.Truncate(number) != number))
        {
            return false;
        }

        try
        {
            value = Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static TimeSpan? Span(string text) =>
        text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan span) && span >= TimeSpan.Zero ? span : null;

    private static IPAddress? Address(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) && (text.Contains(':', StringComparison.Ordinal) || text.AsSpan().Count('.') == 3) ? address : null;

    private static IPEndPoint? EndPoint(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return null;
        }

        string host = text[..colon];
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        IPAddress? address = Address(bracketed ? host[1..^1] : host);
        return address is null || bracketed != address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6 ? null : new IPEndPoint(address, port);
    }

    private static IPNetwork? Network(string text)
    {
        string[] parts = text.Split('/');
        if (Address(parts[0]) is not { } address)
        {
            return null;
        }

        if (parts.Length == 1)
        {
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        }

        // The framework masks bits behind the prefix away; here they are a slip of the pen that would widen a network.
        return IPNetwork.TryParse(text, out IPNetwork network) && network.BaseAddress.Equals(address) ? network : null;
    }

    private static readonly Dictionary<Type, TextForm> Texts = new()
    {
        [typeof(TimeSpan)] = new("a time span such as \"00:00:30\" or \"5.00:00:00\"", static text => Span(text)),
        [typeof(IPAddress)] = new("an IP address", Address),
        [typeof(IPEndPoint)] = new("an address and port such as \"192.0.2.1:25\" or \"[::]:25\"", EndPoint),
        [typeof(IPNetwork)] = new("a network such as \"192.0.2.0/24\" (no bits set behind the prefix) or an address", static text => Network(text)),
        [typeof(char)] = new("one character", static text => text.Length == 1 ? text[0] : null),
        [typeof(Uri)] = new("an absolute URI", static text => Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) ? uri : null),
    };

    private sealed record TextForm(string Expected, Func<string, object?> Parse);
}
