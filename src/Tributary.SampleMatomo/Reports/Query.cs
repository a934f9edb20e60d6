using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Reports;

/// <summary>One report of one site and span, as asked.</summary>
internal sealed record Query(Parameters Parameters, ArchiveKey Key, ArchiveStore Store, Words Words)
{
    public SiteProfile Site => Key.Site;

    public Span Span => Key.Span;

    public bool IsDay => Key.Span.IsDay;

    /// <summary>absent (bc), 0, 1 or all.</summary>
    public string Format => Parameters["format_metrics"] switch { null => "bc", "0" or "false" => "0", "all" => "all", "bc" => "bc", _ => "1" };

    public bool Flat => Parameters.Flag("flat");

    public Table Table(string record) => Store.Table(Key, record);

    public Totals Totals(bool? newVisitors = null) => Store.Totals(Key, newVisitors);

    public object Percent(double part, double of, int digits) => Percent(Php.Quotient(part, of, digits));

    public object Percent(double ratio) => Format == "0" ? ratio : Words.Percent(ratio);

    public object Duration(double seconds) => Format is "1" or "all" ? Words.Duration(seconds) : seconds;

    public object Money(double amount) => Format == "all" ? Symbol + amount.ToString("#,0.##", CultureInfo.InvariantCulture) : amount;

    private string Symbol => Currencies.Symbol(Site.Currency);
}

internal static class Currencies
{
    public static string Symbol(string currency) => currency switch { "EUR" => "€", "USD" => "$", "JPY" => "¥", "GBP" => "£", "INR" => "₹", "BRL" => "R$", _ => "$" };

    public static string Name(string currency) => currency switch
    {
        "EUR" => "Euro",
        "USD" => "US Dollar",
        "JPY" => "Japanese Yen",
        "GBP" => "British Pound",
        "INR" => "Indian Rupee",
        "BRL" => "Brazilian Real",
        "AUD" => "Australian Dollar",
        "ARS" => "Argentine Peso",
        _ => "Egyptian Pound",
    };
}
