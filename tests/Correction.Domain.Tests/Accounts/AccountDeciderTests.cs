using Correction.Domain.Accounts;

namespace Correction.Domain.Tests.Accounts;

public sealed class AccountDeciderTests
{
    private static readonly Jurisdiction Station = Jurisdiction.Parse("430981001");
    private static readonly Jurisdiction County = Jurisdiction.Parse("430981");
    private static readonly Actor Administrator = new("admin", Role.Admin, "430981");
    private static readonly AccountOpened Opened = new("li", Role.Officer, Station);

    private static Spec<AccountState, AccountCommand, IAccountEvent> Li => Of("li");

    [Fact]
    public void Given_no_account_When_opened_Then_it_is_on_record() => Li.When(new OpenAccount(Role.Officer, Station), by: Administrator).Then(Opened);

    [Fact]
    public void Given_an_account_When_opened_alike_Then_it_is_already_so() => Li.Given(Opened).When(new OpenAccount(Role.Officer, Station), by: Administrator).Then();

    [Fact]
    public void Given_an_account_When_opened_with_another_role_Then_it_has_that_authority() =>
        Li.Given(Opened).When(new OpenAccount(Role.Approver, County), by: Administrator).Then(new AuthorityGranted(Role.Approver, County));

    [Fact]
    public void Given_no_account_When_disabled_Then_it_is_unknown() => Li.When(new DisableAccount(), by: Administrator).ThenRefused(RefusalKind.Unknown, "accountUnknown");

    [Fact]
    public void Given_an_account_When_disabled_twice_Then_the_second_changes_nothing()
    {
        Li.Given(Opened).When(new DisableAccount(), by: Administrator).Then(new AccountDisabled());
        Li.Given(Opened, new AccountDisabled()).When(new DisableAccount(), by: Administrator).Then();
    }

    [Fact]
    public void Given_a_disabled_account_When_enabled_Then_it_serves_again() =>
        Li.Given(Opened, new AccountDisabled()).When(new EnableAccount(), by: Administrator).Then(new AccountEnabled());

    [Fact]
    public void Given_an_account_When_granted_what_it_has_Then_it_is_already_so() => Li.Given(Opened).When(new GrantAuthority(Role.Officer, Station), by: Administrator).Then();

    [Fact]
    public void Given_an_account_When_its_credentials_are_reset_Then_each_time_is_on_record() =>
        Li.Given(Opened, new CredentialsReset(false)).When(new ResetCredentials(true), by: Administrator).Then(new CredentialsReset(true));

    [Fact]
    public void Given_an_account_When_its_holder_declares_a_relative_Then_it_is_on_record_once_and_nobody_else_can()
    {
        var relative = new SubjectId(Guid.CreateVersion7());
        var holder = new Actor("li", Role.Officer, Station.Code);
        Li.Given(Opened).When(new DeclareRelation(relative), by: holder).Then(new RelationDeclared(relative));
        Li.Given(Opened, new RelationDeclared(relative)).When(new DeclareRelation(relative), by: holder).Then();
        Li.Given(Opened).When(new DeclareRelation(relative), by: Administrator).ThenRefused(RefusalKind.Power, "notYourAccount");
    }

    [Fact]
    public void Given_an_administrator_When_it_disables_or_promotes_itself_Then_it_is_refused()
    {
        var itself = Of("admin").Given(new AccountOpened("admin", Role.Admin, County));
        itself.When(new DisableAccount(), by: Administrator).ThenRefused(RefusalKind.Rule, "ownAccount");
        itself.When(new GrantAuthority(Role.Approver, County), by: Administrator).ThenRefused(RefusalKind.Rule, "ownAccount");
    }

    [Fact]
    public void Given_anything_When_the_systems_role_is_asked_for_Then_it_is_refused() =>
        Li.When(new OpenAccount(Role.System, County), by: Administrator).ThenRefused(RefusalKind.Rule, "roleReserved");

    private static Spec<AccountState, AccountCommand, IAccountEvent> Of(string account) => new(
        AccountState.Initial, (state, command, context) => AccountDecider.Decide(state, command, account, context.Actor), AccountDecider.Evolve);
}
