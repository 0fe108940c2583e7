using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Configuration.Binding;

/// <summary>
/// Checks bound options by their attributes and by <see cref="IValidatableObject"/>. Calls the attributes itself: the framework's Validator remembers every type it
/// has seen in a static store, which would keep a plug-in's load context alive.
/// </summary>
/// <param name="problems">Takes what is wrong.</param>
internal sealed class OptionChecks(ConfigProblems problems)
{
    /// <summary>Checks one value by the attributes of its property.</summary>
    /// <param name="instance">The options.</param>
    /// <param name="property">The property.</param>
    /// <param name="place">The node that gave the value, or the section when the default stands.</param>
    /// <param name="path">The option.</param>
    public void CheckProperty(object instance, PropertyInfo property, ConfigNode place, string path)
    {
        object? value = property.GetValue(instance);
        foreach (ValidationAttribute attribute in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (attribute is RequiredAttribute)
            {
                if (value is string { Length: 0 })
                {
                    problems.Error(place.Location, path, "must not be empty");
                }

                continue;
            }

            ValidationContext context = new(instance) { MemberName = property.Name, DisplayName = property.Name };
            if (attribute.GetValidationResult(value, context) is { } failure && failure != ValidationResult.Success)
            {
                problems.Error(place.Location, path, attribute is RangeAttribute range ? OutOfRange(range, value) : failure.ErrorMessage ?? "is not valid");
            }
        }
    }

    /// <summary>Lets the options check themselves, once each of their values is valid alone.</summary>
    /// <param name="instance">The options.</param>
    /// <param name="section">Their section.</param>
    public void CheckWhole(object instance, ConfigObject section)
    {
        if (instance is not IValidatableObject validatable)
        {
            return;
        }

        foreach (ValidationResult failure in validatable.Validate(new ValidationContext(instance) { DisplayName = instance.GetType().Name }))
        {
            string[] members = [.. failure.MemberNames];
            foreach (string member in members.Length == 0 ? [string.Empty] : members)
            {
                bool given = section.Members.TryGetValue(member, out ConfigNode? node);
                problems.Error((given ? node! : section).Location, member.Length == 0 ? section.Path : section.Child(member), failure.ErrorMessage ?? "is not valid");
            }
        }
    }

    private static string OutOfRange(RangeAttribute range, object? value) =>
        string.Create(CultureInfo.InvariantCulture, $"{value} is out of range: {range.Minimum} to {range.Maximum}");
}
