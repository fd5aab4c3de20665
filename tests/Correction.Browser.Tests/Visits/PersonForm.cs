using Microsoft.Playwright;

namespace Correction.Browser.Tests.Visits;

internal static class PersonForm
{
    /// <summary>The fields of a person that every register asks for.</summary>
    public static async Task FillPersonAsync(this IPage page, string name, string idNumber, string birthDate)
    {
        await page.Locator("[name='person.name']").FillAsync(name);
        await page.Locator("[name='person.idNumber']").FillAsync(idNumber);
        await page.Locator("[name='person.birthDate']").FillAsync(birthDate);
        await page.Locator("[name='person.sex']").SelectOptionAsync("female");
    }
}
