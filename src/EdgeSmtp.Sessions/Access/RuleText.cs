using System.Buffers;
using System.Text;

namespace EdgeSmtp.Sessions.Access;

/// <summary>What a rule says, before anybody makes something of it: allow or deny, and variables. The record of a table in the form of tcprules.</summary>
/// <param name="IsDenied">Whether it denies.</param>
/// <param name="Variables">Names and values in the order in which they were written.</param>
public sealed record RuleText(bool IsDenied, IReadOnlyList<KeyValuePair<string, string>> Variables)
{
    /// <summary>The record: <c>D</c> and NUL when it denies, then <c>+NAME=value</c> and NUL for each variable.</summary>
    public byte[] Encode()
    {
        ArrayBufferWriter<byte> output = new();
        if (IsDenied)
        {
            output.Write("D\0"u8);
        }

        foreach ((string name, string value) in Variables)
        {
            Encoding.UTF8.GetBytes($"+{name}={value}\0", output);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a record.</summary>
    /// <param name="record">The record.</param>
    /// <returns><c>null</c> when it is no record of tcprules.</returns>
    public static RuleText? TryDecode(ReadOnlySpan<byte> record)
    {
        bool isDenied = false;
        List<KeyValuePair<string, string>> variables = [];
        while (!record.IsEmpty)
        {
            int end = record.IndexOf((byte)0);
            if (end < 1)
            {
                return null;
            }

            ReadOnlySpan<byte> part = record[..end];
            record = record[(end + 1)..];
            int equals = part.IndexOf((byte)'=');
            if (part.SequenceEqual("D"u8))
            {
                isDenied = true;
            }
            else if (part[0] == (byte)'+' && equals > 1)
            {
                variables.Add(new(Encoding.UTF8.GetString(part[1..equals]), Encoding.UTF8.GetString(part[(equals + 1)..])));
            }
            else
            {
                return null;
            }
        }

        return new RuleText(isDenied, variables);
    }
}
