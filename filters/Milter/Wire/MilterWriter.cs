using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Filters.Milter.Wire;

/// <summary>Writes packets, several after one another for one send.</summary>
internal sealed class MilterWriter
{
    /// <summary>Most body bytes in a packet: what libmilter takes from a server that agreed to nothing larger.</summary>
    public const int ChunkBytesMax = 65_535;

    private readonly ArrayBufferWriter<byte> _output = new(1024);

    /// <summary>What was written since <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _output.WrittenMemory;

    public void Clear() => _output.ResetWrittenCount();

    /// <summary>A command without data.</summary>
    public void Command(MilterCommand command) => Begin(command, 0);

    /// <summary>What we speak, and would let the milter do and leave out.</summary>
    public void Negotiate(uint version, MilterActions actions, MilterSteps steps)
    {
        Begin(MilterCommand.Negotiate, 12);
        Number(version);
        Number((uint)actions);
        Number((uint)steps);
    }

    /// <summary>The client: its name, and where it is. IPv6 addresses go without a prefix, as libmilter reads them.</summary>
    public void Connect(string name, IPEndPoint client)
    {
        string address = client.Address.ToString();
        Begin(MilterCommand.Connect, Length(name) + 3 + Length(address));
        Text(name);
        Byte(client.AddressFamily == AddressFamily.InterNetworkV6 ? (byte)'6' : (byte)'4');
        Span<byte> port = _output.GetSpan(2);
        BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)client.Port);
        _output.Advance(2);
        Text(address);
    }

    /// <summary>A command whose data is one text.</summary>
    public void Command(MilterCommand command, string text)
    {
        Begin(command, Length(text));
        Text(text);
    }

    /// <summary>MAIL or RCPT: the path in angle brackets, then the parameters.</summary>
    public void Path(MilterCommand command, ReadOnlySpan<byte> path, ReadOnlySpan<string> parameters)
    {
        int length = path.Length + 3;
        foreach (string parameter in parameters)
        {
            length += Length(parameter);
        }

        Begin(command, length);
        Byte((byte)'<');
        _output.Write(path);
        _output.Write(">\0"u8);
        foreach (string parameter in parameters)
        {
            Text(parameter);
        }
    }

    /// <summary>One header field.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">What follows the colon, folded with CRLF: milters take folds with LF.</param>
    public void Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int folds = value.Count("\r\n"u8);
        Begin(MilterCommand.Header, name.Length + value.Length - folds + 2);
        _output.Write(name);
        Byte(0);
        while (!value.IsEmpty)
        {
            int fold = value.IndexOf("\r\n"u8);
            ReadOnlySpan<byte> line = fold < 0 ? value : value[..fold];
            Span<byte> target = _output.GetSpan(line.Length + 1)[..line.Length];

            // Where NULs are let in, one would end the value for the milter and for nobody else.
            line.Replace(target, (byte)0, (byte)' ');
            _output.Advance(line.Length);
            value = fold < 0 ? default : value[(fold + 1)..];
        }

        Byte(0);
    }

    /// <summary>A piece of the body, at most <see cref="ChunkBytesMax"/> long.</summary>
    public void Body(in ReadOnlySequence<byte> piece)
    {
        Begin(MilterCommand.Body, (int)piece.Length);
        foreach (ReadOnlyMemory<byte> part in piece)
        {
            _output.Write(part.Span);
        }
    }

    /// <summary>The macros for a command, which is to follow.</summary>
    public void Macros(MilterCommand command, IReadOnlyList<KeyValuePair<string, string>> macros)
    {
        int length = 1;
        foreach ((string name, string value) in macros)
        {
            length += Length(name) + Length(value);
        }

        Begin(MilterCommand.Macros, length);
        Byte((byte)command);
        foreach ((string name, string value) in macros)
        {
            Text(name);
            Text(value);
        }
    }

    private static int Length(string text) => Encoding.UTF8.GetByteCount(text) + 1;

    private void Begin(MilterCommand command, int dataBytes)
    {
        Number((uint)dataBytes + 1);
        Byte((byte)command);
    }

    private void Number(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_output.GetSpan(4), value);
        _output.Advance(4);
    }

    private void Byte(byte value)
    {
        _output.GetSpan(1)[0] = value;
        _output.Advance(1);
    }

    /// <summary>Texts end at a NUL, so that none may hold one; nothing that comes here does.</summary>
    private void Text(string text)
    {
        Encoding.UTF8.GetBytes(text, _output);
        Byte(0);
    }
}
