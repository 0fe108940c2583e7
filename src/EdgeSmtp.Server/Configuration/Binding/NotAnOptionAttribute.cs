namespace EdgeSmtp.Server.Configuration.Binding;

/// <summary>Marks a settable property that the composition fills, not the configuration.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotAnOptionAttribute : Attribute;
