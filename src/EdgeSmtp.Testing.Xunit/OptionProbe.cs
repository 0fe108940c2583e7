using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Xunit;

namespace EdgeSmtp.Testing.Xunit;

/// <summary>Tries options at and beyond their limits.</summary>
internal static class OptionProbe
{
    /// <summary>Checks that valid options pass, that every number and time span has a range, and that one step beyond either end is refused.</summary>
    public static void Check(Func<object> create)
    {
        Assert.Empty(Validate(create()));
        foreach (PropertyInfo property in create().GetType().GetProperties().Where(static property => property.CanWrite && IsMeasure(property.PropertyType)))
        {
            RangeAttribute? range = property.GetCustomAttribute<RangeAttribute>();
            Assert.True(range is not null, $"{property.Name} has no [Range].");
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            Assert.DoesNotContain(property.Name, Refused(create, property, Parse(type, range.Minimum)));
            Assert.DoesNotContain(property.Name, Refused(create, property, Parse(type, range.Maximum)));
            AssertRefused(create, property, Step(Parse(type, range.Minimum), -1));
            AssertRefused(create, property, Step(Parse(type, range.Maximum), 1));
        }
    }

    private static bool IsMeasure(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(int) || plain == typeof(long) || plain == typeof(double) || plain == typeof(TimeSpan);
    }

    private static void AssertRefused(Func<object> create, PropertyInfo property, object? value)
    {
        if (value is not null)
        {
            Assert.Contains(property.Name, Refused(create, property, value));
        }
    }

    private static IEnumerable<string> Refused(Func<object> create, PropertyInfo property, object value)
    {
        object options = create();
        property.SetValue(options, value);
        return Validate(options).SelectMany(static result => result.MemberNames);
    }

    private static List<ValidationResult> Validate(object options)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results;
    }

    private static object Parse(Type type, object limit) => type == typeof(TimeSpan)
        ? TimeSpan.Parse(Convert.ToString(limit, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture)
        : Convert.ChangeType(limit, type, CultureInfo.InvariantCulture);

    /// <summary>The next value; <c>null</c> at the end of the type, beyond which there is nothing to be refused.</summary>
    private static object? Step(object value, int direction) => value switch
    {
        int number => number is int.MinValue or int.MaxValue ? null : number + direction,
        long number => number is long.MinValue or long.MaxValue ? null : number + direction,
        double number => double.IsFinite(number) ? (direction < 0 ? Math.BitDecrement(number) : Math.BitIncrement(number)) : null,
        TimeSpan span => span == TimeSpan.MinValue || span == TimeSpan.MaxValue ? null : span + TimeSpan.FromTicks(direction),
        _ => null,
    };
}
