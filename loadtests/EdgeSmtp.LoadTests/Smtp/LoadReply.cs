namespace EdgeSmtp.LoadTests.Smtp;

/// <summary>A reply, as far as a load test cares.</summary>
/// <param name="Code">Its code; 0 when the server closed instead.</param>
/// <param name="Text">Its last line.</param>
internal readonly record struct LoadReply(int Code, string Text);
