namespace Tributary.Browser.Tests;

/// <summary>Menus in the rows of tables.</summary>
public sealed class MenuTests(DataCenterFixture center)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/accounts")]
    public Task The_menu_of_the_last_row_can_be_seen_to_its_end(string path) => center.OnPageAsync(path, async page =>
    {
        var row = page.Locator("main tbody tr:has(.menu-box)").Last;
        await row.Locator(".menu-box > summary").ClickAsync();

        Assert.True(await row.Locator(".menu .it").Last.EvaluateAsync<bool>("""
            item => {
                window.scrollTo(0, document.documentElement.scrollHeight);
                const place = item.getBoundingClientRect();
                return item.contains(document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2));
            }
            """));
    });
}
