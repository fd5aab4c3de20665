using System.Globalization;
using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Simulation;

/// <summary>An invented person: the numbers are well-formed and belong to nobody by design of the generator, not by check.</summary>
public sealed record SimulatedPerson(string Name, string IdNumber, LocalDate BirthDate, string Sex, string Phone)
{
    private const string Families = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗";
    private const string Given = "志伟国强建军秀英丽华海涛明亮文斌春梅小红玉兰永康德胜";

    public static SimulatedPerson Invent(Random chance)
    {
        LocalDate birth = new LocalDate(1960, 1, 1).PlusDays(chance.Next(0, 16_000));
        bool female = chance.Next(5) == 0;
        int order = (chance.Next(0, 499) * 2) + (female ? 0 : 1);
        string digits = string.Create(CultureInfo.InvariantCulture, $"430981{birth:uuuuMMdd}{order:D3}");
        return new SimulatedPerson(
            $"{Families[chance.Next(Families.Length)]}{Given[chance.Next(Given.Length)]}{Given[chance.Next(Given.Length)]}",
            digits + IdentityNumber.CheckCharacter(digits),
            birth,
            female ? "female" : "male",
            "1990000" + chance.Next(0, 10_000).ToString("D4", CultureInfo.InvariantCulture));
    }
}
