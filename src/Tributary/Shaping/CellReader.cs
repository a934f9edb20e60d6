using System.Globalization;
using System.Text;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>What came of reading one value into its column.</summary>
internal enum CellOutcome
{
    /// <summary>The cell has the value, or is null because the reply says there is none.</summary>
    Placed,

    /// <summary>The value needs a float.</summary>
    NeedsDouble,

    /// <summary>The value needs text.</summary>
    NeedsText,
}

/// <summary>The one tolerant reader: number, numeric string, percent text, null, false and empty text, by the column's kind, without culture.</summary>
internal static class CellReader
{
    /// <summary>Reads a value into a row of a column.</summary>
    public static CellOutcome Read(ColumnBuffer column, int row, ReportColumnType reading, in ReplyValue value)
    {
        // Matomo writes false for "no value" everywhere but in flags.
        if (value.Kind == ReplyValueKind.Null || (value.Kind == ReplyValueKind.False && reading != ReportColumnType.Bool))
        {
            return CellOutcome.Placed;
        }

        return column.Type switch
        {
            ColumnType.Text => Text(column, row, value),
            ColumnType.Json => Json(column, row, value),
            ColumnType.Integer => Integer(column, row, value),
            ColumnType.Double => Double(column, row, reading, value),
            ColumnType.Money => Money(column, row, value),
            ColumnType.Boolean => Boolean(column, row, value),
            ColumnType.Instant => Instant(column, row, value),
            ColumnType.Date => Date(column, row, value),
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        };
    }

    private static CellOutcome Text(ColumnBuffer column, int row, in ReplyValue value)
    {
        column.SetUtf8(row, value.Kind switch
        {
            ReplyValueKind.True => "true"u8,
            ReplyValueKind.False => "false"u8,
            _ => value.Utf8,
        });
        return CellOutcome.Placed;
    }

    private static CellOutcome Json(ColumnBuffer column, int row, in ReplyValue value)
    {
        column.SetUtf8(row, value.Kind switch
        {
            ReplyValueKind.True => "true"u8,
            ReplyValueKind.False => "false"u8,
            ReplyValueKind.String => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(value.Utf8)),
            _ => value.Utf8,
        });
        return CellOutcome.Placed;
    }

    private static CellOutcome Integer(ColumnBuffer column, int row, in ReplyValue value)
    {
        if (value.Kind is ReplyValueKind.True or ReplyValueKind.False)
        {
            column.SetInteger(row, value.Kind == ReplyValueKind.True ? 1 : 0);
            return CellOutcome.Placed;
        }

        if (value.Whole is { } number || Numbers.TryInteger(value.Utf8, out number))
        {
            column.SetInteger(row, number);
            return CellOutcome.Placed;
        }

        return Missing(value) ? CellOutcome.Placed : Numbers.TryDouble(value.Utf8, out _) ? CellOutcome.NeedsDouble : CellOutcome.NeedsText;
    }

    private static CellOutcome Double(ColumnBuffer column, int row, ReportColumnType reading, in ReplyValue value)
    {
        double number;
        if (value.Kind == ReplyValueKind.True)
        {
            number = 1;
        }
        else if (!(reading == ReportColumnType.Percent ? Numbers.TryRatio(value.Utf8, out number) : Numbers.TryDouble(value.Utf8, out number)))
        {
            return Missing(value) ? CellOutcome.Placed : CellOutcome.NeedsText;
        }

        column.SetDouble(row, number);
        return CellOutcome.Placed;
    }

    private static CellOutcome Money(ColumnBuffer column, int row, in ReplyValue value)
    {
        if (Numbers.TryMoney(value.Utf8, out var amount))
        {
            column.SetInteger(row, amount);
            return CellOutcome.Placed;
        }

        return Missing(value) ? CellOutcome.Placed : Numbers.TryDouble(value.Utf8, out _) ? CellOutcome.NeedsDouble : CellOutcome.NeedsText;
    }

    private static CellOutcome Boolean(ColumnBuffer column, int row, in ReplyValue value)
    {
        bool? flag = value.Kind switch
        {
            ReplyValueKind.True => true,
            ReplyValueKind.False => false,
            _ when value.Utf8.SequenceEqual("1"u8) || value.Utf8.SequenceEqual("true"u8) => true,
            _ when value.Utf8.SequenceEqual("0"u8) || value.Utf8.SequenceEqual("false"u8) => false,
            _ => null,
        };
        if (flag is { } known)
        {
            column.SetInteger(row, known ? 1 : 0);
            return CellOutcome.Placed;
        }

        return Missing(value) ? CellOutcome.Placed : CellOutcome.NeedsText;
    }

    private static CellOutcome Instant(ColumnBuffer column, int row, in ReplyValue value)
    {
        // Unix seconds. A year beyond 9999 is no instant of a visit.
        if (Numbers.TryInteger(value.Utf8, out var seconds) && seconds is > -62_135_596_800 and < 253_402_300_800)
        {
            column.SetInteger(row, seconds * 1_000_000);
            return CellOutcome.Placed;
        }

        return Missing(value) ? CellOutcome.Placed : CellOutcome.NeedsText;
    }

    private static CellOutcome Date(ColumnBuffer column, int row, in ReplyValue value)
    {
        if (DateOnly.TryParseExact(Encoding.UTF8.GetString(value.Utf8), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            column.SetInteger(row, date.DayNumber - ColumnText.UnixEpochDay);
            return CellOutcome.Placed;
        }

        return Missing(value) ? CellOutcome.Placed : CellOutcome.NeedsText;
    }

    private static bool Missing(in ReplyValue value) => value.Kind == ReplyValueKind.String && value.Utf8.IsEmpty;
}
