namespace Tributary.DataCenter.Components.Sql;

/// <summary>Names of tables and columns as DuckDB's SQL takes them.</summary>
internal static class SqlNames
{
    /// <summary>Words that are no names by themselves: <c>duckdb_keywords()</c> of DuckDB 1.5, all but the unreserved and those of columns.</summary>
    private static readonly HashSet<string> Words = new(
        ("all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by case cast check collate collation column concurrently constraint create cross default deferrable desc describe distinct do else end "
        + "except exists export false fetch for foreign freeze from full generated glob group having ilike in initially inner insert intersect into is isnull join lambda lateral leading left like limit map natural not notnull null "
        + "offset on only or order outer overlaps pivot pivot_longer pivot_wider placing positional primary qualify references returning right select semi show similar some struct summarize symmetric table tablesample then to "
        + "trailing true try_cast union unique unpivot using values variadic verbose when where window with").Split(' '),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The name, in quotes where it needs them.</summary>
    public static string Quoted(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && name.Length > 0 && !char.IsAsciiDigit(name[0]) && !Words.Contains(name)
            ? name
            : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
