using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Tests.Filters;

/// <summary>Checks options as the server does: by their attributes and by themselves.</summary>
internal static class OptionsOf
{
    public static bool AreValid(object options) => Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true);

    /// <summary>Names of the members that are refused.</summary>
    public static IReadOnlyList<string> Refused(object options)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.SelectMany(static result => result.MemberNames)];
    }
}
