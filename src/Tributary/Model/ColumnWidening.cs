namespace Tributary.Model;

/// <summary>The one rule by which two types of a column become one. Nothing either held is lost.</summary>
public static class ColumnWidening
{
    /// <summary>The narrowest type that holds the values of both.</summary>
    public static ColumnType Wider(ColumnType a, ColumnType b)
    {
        if (a == b)
        {
            return a;
        }

        var (low, high) = a < b ? (a, b) : (b, a);
        return (low, high) switch
        {
            (ColumnType.Integer, ColumnType.Double) => ColumnType.Double,
            (ColumnType.Integer, ColumnType.Money) => ColumnType.Double,
            (ColumnType.Double, ColumnType.Money) => ColumnType.Double,
            (ColumnType.Integer, ColumnType.Boolean) => ColumnType.Integer,
            (ColumnType.Double, ColumnType.Boolean) => ColumnType.Double,
            _ => ColumnType.Text,
        };
    }
}
