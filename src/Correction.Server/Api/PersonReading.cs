using System.Net.Mail;
using Correction.Store.Journaling;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Api;

/// <summary>Reads a person from a body; what is wrong stands in the body's errors.</summary>
internal static class PersonReading
{
    /// <param name="writtenTo">Whether the person may give an e-mail address: who is never written to is not asked for one.</param>
    public static (PersonalRecord Person, LocalDate BirthDate) Read(RequestBody body, bool writtenTo = false)
    {
        string idNumber = body.Text("person.idNumber", 18).ToUpperInvariant();
        if (idNumber.Length > 0 && !(idNumber.Length == 18 && idNumber[..17].All(char.IsAsciiDigit) && (char.IsAsciiDigit(idNumber[17]) || idNumber[17] == 'X')))
        {
            body.Fail("person.idNumber", "Eighteen characters: seventeen digits, then a digit or X (GB 11643).");
        }

        string sex = body.Text("person.sex", 10);
        LocalDate birthDate = body.Date("person.birthDate");
        PersonalRecord person = CommandEndpoint.Personal("person", new
        {
            name = body.Text("person.name", 60),
            idNumber,
            birthDate = LocalDatePattern.Iso.Format(birthDate),
            sex,
            phone = body.OptionalText("person.phone", 30),
            address = body.OptionalText("person.address", 200),
            email = writtenTo ? Email(body) : null,
        });
        return (person, birthDate);
    }

    private static string? Email(RequestBody body)
    {
        string? email = body.OptionalText("person.email", 254);
        if (email is not null && !(MailAddress.TryCreate(email, out MailAddress? address) && address.Address == email))
        {
            body.Fail("person.email", "An e-mail address such as name@example.org.");
        }

        return email;
    }
}
