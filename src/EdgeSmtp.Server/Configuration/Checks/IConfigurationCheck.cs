namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>One rule that spans several options. Reports; never throws for what an operator wrote, and never asks the network.</summary>
internal interface IConfigurationCheck
{
    /// <summary>Checks.</summary>
    /// <param name="context">The configuration.</param>
    void Check(CheckContext context);
}
