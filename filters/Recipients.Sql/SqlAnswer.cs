using System.Data.Common;
using System.Globalization;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Sql;

/// <summary>What the result of a query means.</summary>
internal static class SqlAnswer
{
    private const int DisabledColumn = 1;
    private const int ColumnsMax = 2;

    /// <summary>Why a result of that many columns says nothing, or <c>null</c>.</summary>
    public static string? FaultOf(int columns) => columns is > 0 and <= ColumnsMax ? null : $"the query gives {columns} columns; one or two are understood";

    /// <summary>A row stands for an address that exists, unless its second column says that it is disabled.</summary>
    public static RecipientAnswer OfRow(DbDataReader row)
    {
        if (row.FieldCount < ColumnsMax || row.IsDBNull(DisabledColumn))
        {
            return RecipientAnswer.Known;
        }

        object value = row.GetValue(DisabledColumn);
        return IsDisabled(value) switch
        {
            true => new RecipientAnswer(RecipientAnswerKind.Unknown, "disabled"),
            false => RecipientAnswer.Known,
            null => RecipientAnswer.TemporaryFailure($"the second column is a {value.GetType().Name} that means neither yes nor no"),
        };
    }

    private static bool? IsDisabled(object value) => value switch
    {
        bool flag => flag,
        sbyte or byte or short or ushort or int or uint or long => Convert.ToInt64(value, CultureInfo.InvariantCulture) != 0,
        string text => OfText(text),
        _ => null,
    };

    // The spellings that PostgreSQL takes for a boolean.
    private static bool? OfText(string text) => text.Trim().ToLowerInvariant() switch
    {
        "" or "0" or "f" or "false" or "n" or "no" or "off" => false,
        "1" or "t" or "true" or "y" or "yes" or "on" => true,
        _ => null,
    };
}
