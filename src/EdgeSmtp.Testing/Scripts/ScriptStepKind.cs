namespace EdgeSmtp.Testing.Scripts;

/// <summary>What one line of a script does.</summary>
public enum ScriptStepKind
{
    /// <summary><c>C: text</c>: the client sends a line with CRLF. Lines that follow one another go in one write.</summary>
    Send,

    /// <summary><c>C&lt; text</c>: the client sends exactly these bytes; <c>\r \n \t \0 \\ \xHH</c> are escapes, and nothing but ASCII is written otherwise.</summary>
    SendRaw,

    /// <summary><c>S: pattern</c>: the server sends a line that matches; <c>*</c> stands for any characters.</summary>
    Expect,

    /// <summary><c>S+ pattern</c>: the server sends a reply whose last line matches; lines with a hyphen behind the code are skipped.</summary>
    ExpectReply,

    /// <summary><c>S: &lt;closed&gt;</c>: the server closes.</summary>
    ExpectClosed,

    /// <summary><c>X: half-close</c>: the client sends a FIN and goes on reading.</summary>
    HalfClose,

    /// <summary><c>X: reset</c>: the client is gone.</summary>
    Reset,
}
