namespace EdgeSmtp.Server.PlugIns;

/// <summary>Whether a plug-in that was built against one version of the contract can run on another.</summary>
internal static class ContractVersion
{
    /// <summary>Judges.</summary>
    /// <param name="builtAgainst">The version that the plug-in refers to.</param>
    /// <param name="ours">The version of this server.</param>
    /// <returns><c>null</c> when it can run; else why it cannot, with both versions.</returns>
    public static string? Judge(Version builtAgainst, Version ours)
    {
        // Before 1.0 each minor version may break, as semantic versioning has it.
        bool isSameContract = builtAgainst.Major == ours.Major && (ours.Major > 0 || builtAgainst.Minor == ours.Minor);
        if (isSameContract && builtAgainst <= ours)
        {
            return null;
        }

        string remedy = builtAgainst > ours ? "it needs a newer server" : "build it anew";
        return $"is built against version {builtAgainst.ToString(3)} of the contract, and this server has {ours.ToString(3)}: {remedy}";
    }
}
