using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Tests.Filters;

/// <summary>Checks options as the server does: by their attributes and by themselves.</summary>
internal static class OptionsOf
{
    public static bool AreValid(object options) => Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true);
}
