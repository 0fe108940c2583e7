using System.Text.Json;

namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>A single value.</summary>
/// <param name="path">The way to it.</param>
/// <param name="location">Where it stands.</param>
/// <param name="scalar">What JSON says it is.</param>
/// <param name="text">As written, without quotes and with variables put in.</param>
internal sealed class ConfigScalar(string path, SourceLocation location, ConfigScalarKind scalar, string text) : ConfigNode(path, location)
{
    /// <summary>What JSON says it is.</summary>
    public ConfigScalarKind Scalar { get; } = scalar;

    /// <summary>As written, without quotes and with variables put in; empty for <c>null</c>.</summary>
    public string Text { get; } = text;

    /// <inheritdoc />
    public override string Kind => Scalar switch
    {
        ConfigScalarKind.Null => "null",
        ConfigScalarKind.Text => "a text",
        ConfigScalarKind.Number => "a number",
        _ => "true or false",
    };

    /// <inheritdoc />
    public override void WriteTo(Utf8JsonWriter json)
    {
        switch (Scalar)
        {
            case ConfigScalarKind.Null:
                json.WriteNullValue();
                break;
            case ConfigScalarKind.Text:
                json.WriteStringValue(Text);
                break;
            default:
                json.WriteRawValue(Text);
                break;
        }
    }
}
