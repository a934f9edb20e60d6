using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;
using Tributary.Model;

namespace Tributary.DataCenter.Api;

/// <summary>Lists by page.</summary>
internal static class Paging
{
    public const int Default = 100;
    public const int Most = 1_000;

    /// <exception cref="InputException">It is out of bounds.</exception>
    public static int Take(int? take, int most = Most) => take is null ? Math.Min(Default, most)
        : take is >= 1 && take <= most ? take.Value
        : throw new InputException("take", string.Create(CultureInfo.InvariantCulture, $"A page has 1 to {most} items."));

    /// <summary>A page of what is listed, with the address of the next one.</summary>
    /// <typeparam name="TItem">What is listed.</typeparam>
    /// <typeparam name="TForm">Its form.</typeparam>
    /// <param name="context">The call.</param>
    /// <param name="found">The page, and one more when there is another page.</param>
    /// <param name="take">Items of a page.</param>
    /// <param name="form">Makes the form.</param>
    /// <param name="parameter">The parameter that the next page begins after.</param>
    /// <param name="key">What it takes.</param>
    public static Tagged<IReadOnlyList<TForm>> Page<TItem, TForm>(HttpContext context, IReadOnlyList<TItem> found, int take, Func<TItem, TForm> form, string parameter, Func<TItem, string> key)
    {
        var page = found.Take(take).ToList();
        return new Tagged<IReadOnlyList<TForm>>(page.ConvertAll(i => form(i))) { Next = found.Count > take ? With(context, parameter, key(page[^1])) : null };
    }

    /// <summary>The address of the call with another value of a parameter.</summary>
    public static string With(HttpContext context, string parameter, string value)
    {
        var query = QueryHelpers.ParseQuery(context.Request.QueryString.Value);
        query[parameter] = value;
        return UriHelper.BuildRelative(context.Request.PathBase, context.Request.Path, QueryString.Create(query));
    }
}
