namespace EdgeSmtp.LoadTests.Running;

/// <summary>An arrival did not go as its flow wants it to. The message is the reason in the report.</summary>
/// <param name="reason">Of few words and few kinds.</param>
internal sealed class FlowException(string reason) : Exception(reason);
