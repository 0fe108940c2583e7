namespace EdgeSmtp.Protocol.Smtp;

/// <summary>Walks the <c>KEYWORD[=value]</c> parameters after a path (RFC 5321 §4.1.2, Mail-parameters).</summary>
internal ref struct ParameterReader
{
    private ReadOnlySpan<byte> _rest;

    public ParameterReader(ReadOnlySpan<byte> parameters)
    {
        _rest = parameters;
        Keyword = default;
        Value = default;
        HasValue = false;
    }

    public ReadOnlySpan<byte> Keyword { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether there was an equals sign; an empty value has one too and is always wrong (esmtp-value = 1*…).</summary>
    public bool HasValue { get; private set; }

    public bool MoveNext()
    {
        // Several spaces between parameters are tolerated, as every deployed server does.
        _rest = _rest.TrimStart((byte)' ');
        if (_rest.IsEmpty) return false;
        int end = _rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> parameter = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[end..];
        int equals = parameter.IndexOf((byte)'=');
        HasValue = equals >= 0;
        Keyword = HasValue ? parameter[..equals] : parameter;
        Value = HasValue ? parameter[(equals + 1)..] : default;
        return true;
    }
}
